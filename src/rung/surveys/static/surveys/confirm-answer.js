// The answer was clicked in the letter already; this page only has to know that a person is here and not a mail scanner.
// At the first sign of one (a pointer that travels, a touch, a key, in a window that is seen and has the focus) the form
// says that it is going, and goes a moment later. Choosing another answer stops it for good: then the button decides.

const PAUSE_MS = 1500;
const TRAVEL_PX = 12;

const form = document.querySelector("form[data-confirm-answer]");
const going = form?.querySelector("[data-going]");
const chosen = form?.querySelector("input[name=value]:checked");
const listening = new AbortController();
let timer = 0;
let start = null;

function stop() {
  clearTimeout(timer);
  listening.abort();
  going.hidden = true;
}

function seen(event) {
  // Browsers driven by programs say so, and synthetic events are not trusted.
  if (!event.isTrusted || navigator.webdriver || timer) return;
  if (document.visibilityState !== "visible" || !document.hasFocus()) return;
  if (event.type === "pointermove") {
    start ??= { x: event.screenX, y: event.screenY };
    if (Math.hypot(event.screenX - start.x, event.screenY - start.y) < TRAVEL_PX) return;
  }
  going.hidden = false;
  timer = setTimeout(() => {
    listening.abort();
    form.requestSubmit();
  }, PAUSE_MS);
}

if (form && chosen) {
  const options = { signal: listening.signal, passive: true };
  for (const sign of ["pointermove", "touchmove", "wheel", "keydown"]) addEventListener(sign, seen, options);
  addEventListener("keydown", (event) => event.key === "Escape" && stop(), options);
  // pointerdown comes before change, so a finger on its way to another answer is never overtaken.
  form.addEventListener("pointerdown", stop, options);
  form.addEventListener("change", stop, options);
  form.addEventListener("submit", () => listening.abort(), { once: true });
  document.addEventListener("visibilitychange", () => document.hidden && stop(), options);
}

// [data-presence="/address" data-number="18"]: says that this conversation is before somebody, and shows who else has it.
// It is said again while the tab is looked at; the server forgets whoever falls silent.

const region = document.querySelector("[data-presence]");
const [AGAIN, REST] = [30_000, 8_000];
let writing = false, resting;

function body(more = {}) {
  const said = new URLSearchParams({ csrfmiddlewaretoken: document.querySelector("meta[name=csrf-token]").content, ...more });
  if (writing) said.set("writing", "1");
  return said;
}

async function ask(options) {
  try {
    const answer = await fetch(region.dataset.presence, options);
    if (!answer.ok || answer.redirected) return;
    const html = (await answer.text()).trim();
    if (region.innerHTML !== html) region.innerHTML = html;
  } catch {
    // Who else is here is no matter of life and death: the next time will do.
  }
}

const say = () => document.visibilityState === "visible" && ask({ method: "POST", body: body() });
const leave = () => navigator.sendBeacon(region.dataset.presence, body({ gone: "1" }));

function stop() {
  clearTimeout(resting);
  if (!writing) return;
  writing = false;
  say();
}

if (region) {
  say();
  setInterval(say, AGAIN);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : say()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && say());
  document.body.addEventListener("rung:presence", ({ detail }) => {
    if (detail.includes(Number(region.dataset.number)) && document.visibilityState === "visible") ask();
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#composer")) return;
    clearTimeout(resting);
    resting = setTimeout(stop, REST);
    if (writing) return;
    writing = true;
    say();
  });
}

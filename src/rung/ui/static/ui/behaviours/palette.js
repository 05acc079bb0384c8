// dialog#palette: Ctrl or ⌘ with K opens it; what is typed is asked of the address in data-asks, and by the event
// `rung:palette` of whoever knows what is recent or can be done here. Arrows choose, Enter opens.

const [dialog, field, found] = ["palette", "palette-field", "palette-found"].map((id) => document.getElementById(id));
let asked = 0, waiting, held, letGo, wants;

const options = () => [...dialog.querySelectorAll("[role=option]")];
const chosen = () => dialog.querySelector("[aria-selected=true]");

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  if (!option) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

// What the browser knows stands first, at every key: Enter takes it, whether the server has answered yet or not; else the first
// of the answer to what is typed, and never of the one to what was.
function offer(pause) {
  dialog.dispatchEvent(new CustomEvent("rung:palette", { detail: { wanted: field.value.trim() } }));
  choose(options().find((one) => !found.contains(one)));
  wants = clearTimeout(waiting);
  waiting = setTimeout(ask, pause, ++asked, field.value.trim());
}

async function ask(mine, wanted) {
  try {
    const answer = await fetch(`${dialog.dataset.asks}?${new URLSearchParams({ q: wanted })}`);
    if (answer.redirected) return location.reload();
    const html = await answer.text();
    await held;
    if (mine !== asked || !answer.ok) return;
    found.innerHTML = html;
  } catch {
    found.replaceChildren();
  }
  choose(options()[0]);
  if (wants && dialog.open) chosen()?.click();
}

function open() {
  document.querySelectorAll("dialog[open]").forEach((one) => one.close());
  field.value = "";
  found.replaceChildren();
  dialog.showModal();
  offer(0);
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-palette]")) open();
    else if (event.target.closest("#palette [role=option]")) dialog.close();
  });
  field.addEventListener("input", () => offer(90));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) step(by);
    else if (event.key === "Enter") (wants = !chosen()) || chosen().click();
    else return;
    event.preventDefault();
  });
  // What is replaced while a button is pressed is never clicked: an answer waits for the hand.
  dialog.addEventListener("pointerdown", () => { held = new Promise((freed) => { letGo = freed; }); });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(() => letGo?.()));
  dialog.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option.getAttribute("aria-selected") !== "true") choose(option);
  });
}

// form[data-many]: what is done to many lines at once. x chooses the line one stands on, Shift with x (or a click) all from
// the last one to it, Escape none. A key of the form's menus chooses the line one stands on when nothing is chosen yet.

const form = document.querySelector("[data-many]");
const said = form?.querySelector("[data-chosen]");
const boxes = () => [...document.querySelectorAll("#queue input[name=c]")];
const chosen = () => boxes().filter((box) => box.checked);
let last;

function tell() {
  const n = chosen().length;
  if (n) said.textContent = n === 1 ? said.dataset.one : said.dataset.many.replace("{n}", n);
}

function here() {
  return document.activeElement?.closest?.("#queue [data-row]")?.querySelector("input[name=c]");
}

function choose(box, on, isRange) {
  const all = boxes(), from = all.indexOf(last), to = all.indexOf(box);
  if (isRange && from >= 0) for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = on;
  box.checked = on;
  last = box;
  tell();
}

if (form) {
  let shift = false;
  document.addEventListener("click", (event) => { shift = event.shiftKey; }, true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("#queue input[name=c]")) choose(event.target, event.target.checked, shift);
  });
  form.addEventListener("reset", () => {
    // The form goes away, and would take the focus with it.
    if (form.contains(document.activeElement)) last?.closest("[data-row]")?.querySelector("a")?.focus();
    setTimeout(() => { last = undefined; document.body.dispatchEvent(new Event("rung:calm")); });
  });
  // Before the keys of the page are looked up: they find the form's menus only while it can be seen.
  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.singleKeys === "off") return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("dialog, textarea, select, details[open], input:not([name=c])")) return;
    const box = here();
    if (event.key === "x" || event.key === "X") {
      if (!box) return;
      event.preventDefault();
      choose(box, event.key === "X" || !box.checked, event.key === "X");
    } else if (box && !chosen().length && form.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([data-key=Escape])`)) {
      choose(box, true, false);
    }
  }, true);
  addEventListener("pageshow", tell);
}

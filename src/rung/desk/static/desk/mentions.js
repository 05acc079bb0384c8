// [data-mentions="id of a textarea"]: a list of names that shows while one types @ and a name in a note. Arrows choose, Enter
// or Tab or a click takes it, Escape puts it away.

const list = document.querySelector("[data-mentions]");
const text = list && document.getElementById(list.dataset.mentions);
const MOST = 6;
const bare = (words) => words.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
const names = list ? [...list.querySelectorAll("[data-name]")] : [];
const shown = () => names.filter((name) => !name.hidden);
const chosen = () => shown().find((name) => name.ariaSelected === "true");

function begun() {
  if (!document.getElementById("kind-note")?.checked) return null;
  return /(^|[\s(])@([\p{L}\p{M}'’-]*(?: [\p{L}\p{M}'’-]*)?)$/u.exec(text.value.slice(0, text.selectionStart))?.[2] ?? null;
}

function choose(one) {
  for (const name of names) name.ariaSelected = String(name === one);
}

function look() {
  const wanted = begun();
  let left = MOST;
  for (const name of names) {
    const said = bare(name.dataset.name);
    name.hidden = wanted === null || !` ${said}`.includes(` ${bare(wanted)}`) || said === bare(wanted) || left-- <= 0;
  }
  list.hidden = !shown().length;
  choose(shown()[0]);
  if (!list.hidden) list.scrollIntoView({ block: "nearest" });
}

function take(name) {
  const end = text.selectionStart, start = end - begun().length;
  text.setRangeText(`${name.dataset.name} `, start, end, "end");
  list.hidden = true;
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

if (list) {
  text.addEventListener("input", look);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const name = event.target.closest("[data-name]");
    if (name) take(name);
  });
  text.addEventListener("blur", () => { list.hidden = true; });
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const all = shown(), at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen());
    else if (event.key === "Escape") { list.hidden = true; event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
}

// [data-mentions="id of a textarea"][data-whom="id of a select"]: the names that the select offers, shown while one types @ and
// a name in a note. Arrows choose, Enter or Tab or a click takes it, Escape puts it away.

const list = document.querySelector("[data-mentions]");
const text = list && document.getElementById(list.dataset.mentions);
const MOST = 6;
const bare = (words) => words.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
const shown = () => [...list.children];
const said = document.getElementById("announcer");
const chosen = () => shown().find((name) => name.ariaSelected === "true");

function begun() {
  if (!document.getElementById("kind-note")?.checked) return null;
  return /(^|[\s(])@([\p{L}\p{M}'’-]*(?: [\p{L}\p{M}'’-]*)?)$/u.exec(text.value.slice(0, text.selectionStart))?.[2] ?? null;
}

function meant(wanted) {
  const all = document.getElementById(list.dataset.whom)?.options ?? [];
  const names = new Set([...all].filter((each) => each.value).map((each) => each.text));
  return [...names].filter((name) => ` ${bare(name)}`.includes(` ${wanted}`) && bare(name) !== wanted).slice(0, MOST);
}

function line(name, number) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "menu-item", textContent: name, role: "option", tabIndex: -1, id: `called-${number}` });
  button.dataset.name = name;
  return button;
}

// The cursor stays in the text; whoever listens hears the name that is chosen.
function choose(one) {
  for (const name of shown()) name.ariaSelected = String(name === one);
  if (one) text.setAttribute("aria-activedescendant", one.id);
  else text.removeAttribute("aria-activedescendant");
}

function putAway() {
  list.hidden = true;
  choose();
}

function look() {
  const wanted = begun();
  list.replaceChildren(...(wanted === null ? [] : meant(bare(wanted)).map(line)));
  const was = list.hidden;
  list.hidden = !list.children.length;
  choose(shown()[0]);
  if (was && !list.hidden) said.textContent = list.dataset.howTo;
  if (!list.hidden) list.scrollIntoView({ block: "nearest" });
}

function take(name) {
  const end = text.selectionStart, start = end - begun().length;
  text.setRangeText(`${name.dataset.name} `, start, end, "end");
  putAway();
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
  text.addEventListener("blur", putAway);
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const all = shown(), at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen());
    else if (event.key === "Escape") { putAway(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
}

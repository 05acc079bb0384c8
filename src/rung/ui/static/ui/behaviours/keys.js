// Keyboard: every element says its own key in data-key ("r", "g q", "/"): links and buttons are clicked, fields are
// focused, menus are opened. j and k walk [data-rows] > [data-row], Enter opens the row, ? shows dialog[data-keys].

const editable = (node) => node.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let prefix = "", forget, last;

function rows() {
  return [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.checkVisibility());
}

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  // Who comes back from one goes on behind it, and who was called away from a line (a menu put away, lines that were renewed)
  // goes on from there.
  const left = all.findIndex((row) => row.id && row.id === last);
  const at = focused >= 0 ? focused : left >= 0 ? left : all.findIndex((row) => row.matches(":target"));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  const target = next.matches("a") ? next : next.querySelector("a, button");
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function act(node) {
  if (node.dataset.focus) {
    node.click();
    act(document.getElementById(node.dataset.focus));
  } else if (node.matches("input, textarea, select")) {
    node.focus();
    node.scrollIntoView({ block: "nearest" });
  } else if (node.matches("details")) {
    node.open = true;
    node.dispatchEvent(new Event("rung:opened", { bubbles: true }));
    node.scrollIntoView({ block: "nearest" });
  } else {
    node.click();
  }
}

document.addEventListener("focusin", ({ target }) => { last = target.closest?.("[data-rows] [data-row]")?.id ?? last; });

// The palette does what a key would have done.
document.addEventListener("rung:act", (event) => act(event.target));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && editable(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  if (editable(event.target) || event.target.closest("dialog[open]")) return;
  // Who speaks to the machine, or shares its keys with a screen reader, sets off a dozen deeds with a word.
  if (document.documentElement.dataset.singleKeys === "off" && event.key.length === 1) return;
  if (event.key === "?") {
    event.preventDefault();
    document.querySelector("dialog[data-keys]")?.showModal();
    return;
  }
  const pressed = prefix ? `${prefix} ${event.key}` : event.key;
  prefix = "";
  clearTimeout(forget);
  // What is on the screen goes first; the list of keys holds links to the places that are not.
  const named = [...document.querySelectorAll(`[data-key="${CSS.escape(pressed)}"]`)];
  const there = named.filter((one) => one.checkVisibility());
  const folded = named.find((one) => one.closest("main details[data-menu]") && !one.matches("details"));
  const node = there.find((one) => one.closest("main")) ?? there[0] ?? folded ?? named.find((one) => one.closest("dialog[data-keys]"));
  if (node) {
    event.preventDefault();
    act(node);
  } else if (pressed === "j" || pressed === "k") {
    event.preventDefault();
    walk(pressed === "j" ? 1 : -1);
  } else if (document.querySelector(`[data-key^="${CSS.escape(pressed)} "]`)) {
    prefix = pressed;
    forget = setTimeout(() => { prefix = ""; }, 1_200);
  }
});

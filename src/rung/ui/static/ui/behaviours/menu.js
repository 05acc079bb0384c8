// details[data-menu]: Escape and a click elsewhere close it, focus returns to its button, arrows walk its items.

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A press on a label's words gives the focus for a moment to what lies around the menu: to leave is to go elsewhere.
document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target) && !event.target.contains(menu)) menu.open = false;
  }
});

// What was chosen closes the menu it was chosen from; what comes back leaves open menus alone.
document.addEventListener("submit", (event) => {
  const menu = event.target.closest("details[data-menu]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

function enter({ target: menu }) {
  if (!menu.matches?.("details[data-menu]") || !menu.open) return;
  const first = menu.querySelector("[data-first]") ?? menu.querySelector(".menu-panel :is(a, button, input:not([type=hidden]), select, textarea)");
  if (menu.dataset.menu !== "stay") first?.focus({ preventScroll: true });
}

document.addEventListener("toggle", enter, true);
// The browser tells of a menu that was opened a moment later; whoever opens it by key may press the next one before.
document.addEventListener("rung:opened", enter);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target.matches("select, textarea, input:not([type=hidden])")) return;
  const items = [...menu.querySelectorAll(".menu-item:not(:disabled)")];
  if (!items.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
}, true);

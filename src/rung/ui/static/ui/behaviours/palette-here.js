// Fills the palette with what this browser knows by itself: what was opened of late, and what can be done on this page,
// which is everything in <main> that has a key of its own ([data-key]) or a name ([data-action]), also folded in a menu. How it
// all looks ([data-appearance]) is found once something is typed.

const dialog = document.getElementById("palette");
const KEPT = 12, SHOWN = 6;
const shelf = `rung:recent:${dialog?.dataset.whose}`;
const bare = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

function recent() {
  try {
    return JSON.parse(localStorage.getItem(shelf)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  if (!/\/\d+$/.test(location.pathname)) return;
  const here = { href: location.pathname, label: document.title.replace(/ · Rung$/, "") };
  const others = recent().filter((one) => one.href !== here.href);
  localStorage.setItem(shelf, JSON.stringify([here, ...others].slice(0, KEPT)));
}

function named(node) {
  const words = node.dataset.action ?? node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent;
  const parts = [...(node.querySelector(":scope > summary") ?? node).childNodes].filter((part) => !part.matches?.(".hint"));
  return (words ?? parts.map((part) => part.textContent).join("")).replace(/\s+/g, " ").trim();
}

function actions() {
  const nodes = [...document.querySelectorAll("main :is([data-key], [data-action]):not([type=search], .crumb)")];
  const folded = (node) => !node.matches("details, [hidden]") && node.closest("details[data-menu]:not([open])")?.checkVisibility();
  const there = nodes.filter((node) => node.checkVisibility());
  return [...there, ...nodes.filter((node) => !there.includes(node) && folded(node))].map((node) => ({ label: named(node), key: node.dataset.key, node })).filter((one) => one.label);
}

function looks() {
  const nodes = [...document.querySelectorAll("[data-appearance] [aria-labelledby] button")];
  const about = (node) => document.getElementById(node.closest("[aria-labelledby]").getAttribute("aria-labelledby"));
  return nodes.map((node) => ({ label: `${about(node).textContent.trim()}: ${named(node)}`, node }));
}

// News may have put another node in the place of the one that was there when the palette was filled.
function standing(one) {
  return one.node.isConnected ? one.node : actions().find((other) => other.key === one.key && other.label === one.label)?.node;
}

function drawn(one, id) {
  const option = document.getElementById("palette-one").content.firstElementChild.cloneNode(true);
  option.id = id;
  option.querySelector("span").textContent = one.label;
  option.querySelector("kbd").textContent = one.key ?? "";
  if (one.href) option.href = one.href;
  // Once the palette is gone: its leaving gives the focus back, and the click that it took would put away what it opens.
  else option.addEventListener("click", () => setTimeout(() => standing(one)?.dispatchEvent(new Event("rung:act", { bubbles: true }))));
  return option;
}

function fill(place, all, words) {
  const group = document.getElementById(place);
  const meant = all.filter((one) => words.every((word) => ` ${bare(one.label)}`.includes(` ${word}`)));
  const label = document.createElement("p");
  label.className = "palette-label";
  label.role = "presentation";
  label.textContent = group.getAttribute("aria-label");
  group.replaceChildren(label, ...meant.slice(0, SHOWN).map((one, number) => drawn(one, `${place}-${number}`)));
  group.hidden = !meant.length;
}

dialog?.addEventListener("rung:palette", ({ detail: { wanted } }) => {
  const words = bare(wanted).split(/\s+/).filter(Boolean);
  fill("palette-recent", recent().filter((one) => one.href !== location.pathname), words);
  fill("palette-here", words.length ? [...actions(), ...looks()] : actions(), words);
});
if (dialog) remember();
// Names of customers are nothing to leave behind on a machine that others use.
document.addEventListener("submit", ({ target }) => {
  if (/sign-out/.test(target.action)) Object.keys(localStorage).filter((key) => key.startsWith("rung:recent:")).forEach((key) => localStorage.removeItem(key));
});

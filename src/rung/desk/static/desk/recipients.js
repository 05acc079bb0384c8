// input[data-recipients="/address"]: a line of recipients becomes names that can be taken out, one by one. The field itself
// keeps the line as the server reads it. Enter, comma and Tab take a name in; Backspace in an empty entry takes the last out.

const PIECE = /(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|[^,;\n"<])+/g;
const words = (line) => (line.match(PIECE) ?? []).map((piece) => piece.trim()).filter(Boolean);
const bare = (piece) => (piece.match(/<([^<>]+)>/)?.[1] ?? piece).trim().toLowerCase();
const called = (piece) => piece.replace(/\s*<[^<>]*>\s*$/, "").replace(/^"(.*)"$/, "$1").trim() || bare(piece);

function dress(field) {
  const line = document.createElement("div");
  line.className = "people";
  const entry = Object.assign(field.cloneNode(), { value: "" });
  entry.removeAttribute("name");
  const list = document.createElement("datalist");
  list.id = `${field.id}-known`;
  entry.setAttribute("list", list.id);
  field.removeAttribute("id");
  field.hidden = true;
  line.append(entry, list);
  field.after(line);
  const chips = () => [...line.querySelectorAll(".people-chip")];

  function keep() {
    field.value = chips().map((chip) => chip.dataset.who).join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function add(piece) {
    if (chips().some((chip) => bare(chip.dataset.who) === bare(piece))) return;
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "people-chip";
    chip.dataset.who = piece;
    chip.title = bare(piece);
    chip.classList.toggle("people-wrong", !/^[^@\s]+@[^@\s]+$/.test(bare(piece)));
    chip.textContent = called(piece);
    chip.setAttribute("aria-label", field.dataset.takesOut?.replace("%s", piece) ?? piece);
    entry.before(chip);
  }
  function take() {
    const pieces = words(entry.value);
    entry.value = "";
    pieces.forEach(add);
    if (pieces.length) keep();
    return pieces.length > 0;
  }
  function out(chip) {
    const next = chip.nextElementSibling;
    chip.remove();
    keep();
    next.focus();
  }
  line.addEventListener("click", (event) => event.target.matches(".people-chip") ? out(event.target) : entry.focus());
  line.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const on = event.target.closest(".people-chip"), at = entry.selectionStart === 0 && !entry.value;
    if (on && (event.key === "Backspace" || event.key === "Delete")) out(on);
    else if (!on && ["Enter", ",", ";"].includes(event.key) && !event.ctrlKey && !event.metaKey) take();
    else if (!on && event.key === "Tab" && !event.shiftKey && take()) entry.focus();
    else if (!on && at && event.key === "Backspace") chips().at(-1)?.remove(), keep();
    else if (event.key === "ArrowLeft" && (on || at)) ((on ?? entry).previousElementSibling ?? entry).focus();
    else if (event.key === "ArrowRight" && on) on.nextElementSibling.focus();
    else return;
    event.preventDefault();
  });
  entry.addEventListener("change", take);
  entry.addEventListener("blur", take);
  entry.addEventListener("input", async () => {
    if (/<[^<>]+@[^<>]+>$/.test(entry.value)) return void take();
    const found = entry.value.trim();
    if (found.length < 2) return;
    const answer = await fetch(`${field.dataset.recipients}?find=${encodeURIComponent(found)}`).then((r) => r.json(), () => null);
    if (answer && entry.value.trim() === found) list.replaceChildren(...answer.people.map((who) => new Option("", who)));
  });
  field.addEventListener("people:set", ({ detail }) => { chips().forEach((chip) => chip.remove()); words(detail).forEach(add); keep(); });
  words(field.value).forEach(add);
}

document.querySelectorAll("input[data-recipients]").forEach(dress);
// A browser gives the focus to nobody where the address names a place in the page, as those do that lead to writing to others.
if (location.hash === "#composer") addEventListener("load", () => document.querySelector(".composer-aside #people-to")?.focus());

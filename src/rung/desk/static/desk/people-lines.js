// [data-folds] lines of recipients stay away until [data-unfolds] asks for them; a link with data-recipients-to and -cc sets
// the lines to those instead of opening the page anew.

const form = document.querySelector("[data-composer]");
const unfolds = form?.querySelector("[data-unfolds]");
const folded = () => [...form.querySelectorAll("[data-folds]")];
const line = (name) => form.querySelector(`[data-people="${name}"]`);

function show(name) {
  line(name)?.removeAttribute("data-folds");
  if (unfolds) unfolds.hidden = folded().length === 0;
}

if (unfolds) {
  form.classList.add("composer-folds");
  unfolds.hidden = folded().length === 0;
  unfolds.addEventListener("click", () => {
    const names = folded().map((one) => one.dataset.people);
    names.forEach(show);
    line(names[0])?.querySelector(".people-input:not([hidden])")?.focus();
  });
}

form?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-recipients-to]");
  if (!link) return;
  event.preventDefault();
  for (const name of ["to", "cc"]) {
    const said = link.dataset[name === "to" ? "recipientsTo" : "recipientsCc"];
    form.elements[name].dispatchEvent(new CustomEvent("people:set", { detail: said }));
    if (said) show(name);
  }
  document.getElementById("composer-text").focus();
});

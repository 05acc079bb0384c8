// form[data-unsaved]: whoever leaves the page with something written and not sent is asked first.

const forms = [...document.querySelectorAll("form[data-unsaved]")];
const areas = (form) => [...form.querySelectorAll("textarea")];
let leaving = false;

for (const form of forms) form.addEventListener("submit", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

addEventListener("beforeunload", (event) => {
  if (leaving) return;
  const written = forms.some((form) => areas(form).some((area) => area.value.trim() && area.value !== area.defaultValue));
  if (written) event.preventDefault();
});

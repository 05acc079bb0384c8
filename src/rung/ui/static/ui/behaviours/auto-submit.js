// form[data-auto-submit]: a changed select, radio or date is enough; without JavaScript its button does it.

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-auto-submit]")) form.requestSubmit();
});

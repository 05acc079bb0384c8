// textarea[data-send]: Ctrl or ⌘ with Enter presses the form's visible [data-sends] button.
// [data-presses]: Enter in a field or a choice presses the button beside it, else the first of its form; a browser would
// press the first of a form with many buttons, and unfold a choice that one has made by its first letters.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const { target } = event;
  let button;
  if (target.matches("[data-presses]")) button = target.parentElement.querySelector("button") ?? target.form.querySelector("button");
  else if ((event.ctrlKey || event.metaKey) && target.matches("[data-send]"))
    button = [...target.form.querySelectorAll("[data-sends]")].find((one) => one.checkVisibility());
  if (!button) return;
  event.preventDefault();
  target.form.requestSubmit(button);
});

// textarea[data-send]: Ctrl or ⌘ with Enter presses the form's visible [data-sends] button.
// input[data-presses]: Enter presses the button beside it, where a browser would press the first of the form.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const { target } = event;
  let button;
  if (target.matches("input[data-presses]")) button = target.parentElement.querySelector("button");
  else if ((event.ctrlKey || event.metaKey) && target.matches("[data-send]"))
    button = [...target.form.querySelectorAll("[data-sends]")].find((one) => one.checkVisibility());
  if (!button) return;
  event.preventDefault();
  target.form.requestSubmit(button);
});

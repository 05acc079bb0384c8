// textarea[data-send]: Ctrl or ⌘ with Enter presses the form's visible [data-sends] button.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-send]")) return;
  const button = [...event.target.form.querySelectorAll("[data-sends]")].find((one) => one.checkVisibility());
  if (!button) return;
  event.preventDefault();
  event.target.form.requestSubmit(button);
});

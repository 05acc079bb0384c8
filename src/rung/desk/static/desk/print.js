// button[data-print]: prints the page. It shows itself: without a script the browser's own menu does it.

for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("htmx:after:swap", () => {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
});

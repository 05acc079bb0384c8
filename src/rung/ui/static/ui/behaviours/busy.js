// A click never waits without saying so: the button that sent a form shows it is working and is not sent twice.

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.matches("[hx-post], [hx-get], [method=dialog]")) return;
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Coming back with the browser's button shows the page as it was left: ready to be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
});

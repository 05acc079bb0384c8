// [data-opens="id"] shows a dialog; [data-closes] and a click on the backdrop close it.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog[data-light-dismiss]")) event.target.close();
});

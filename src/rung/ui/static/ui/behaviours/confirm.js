// form[data-confirm="Really?"]: asks once more before something that cannot be taken back.

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}, true);

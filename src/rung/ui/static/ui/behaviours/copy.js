// button[data-copy="text"]: puts the text on the clipboard and says so. Where a page may not write there (plain http), the
// text beside the button is selected instead, ready to be copied by hand.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  } catch {
    const shown = [...button.parentElement.querySelectorAll("code")].find((code) => code.textContent === button.dataset.copy);
    if (shown) getSelection().selectAllChildren(shown);
  }
});

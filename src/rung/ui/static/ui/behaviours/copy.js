// button[data-copy="text"], or a[data-copy=""] for the address it leads to: puts the text on the clipboard and says so. Where a
// page may not write there (plain http), a link is followed, and the text beside a button is selected, to be copied by hand.

document.addEventListener("click", async (event) => {
  const node = event.target.closest("[data-copy]");
  if (!node || (node.href && !navigator.clipboard)) return;
  if (node.href) event.preventDefault();
  const text = node.dataset.copy || node.href;
  try {
    await navigator.clipboard.writeText(text);
    const words = node.querySelector("span") ?? node;
    const label = words.textContent;
    words.textContent = node.dataset.copied;
    setTimeout(() => { words.textContent = label; }, 2000);
  } catch {
    const shown = [...node.parentElement.querySelectorAll("code")].find((code) => code.textContent === text);
    if (shown) getSelection().selectAllChildren(shown);
    else if (node.href) location.assign(node.href);
  }
});

// textarea[data-autogrow]: as tall as what is written, where the browser has no field-sizing of its own.

if (!CSS.supports("field-sizing", "content")) {
  const fit = (area) => {
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + 2}px`;
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-autogrow]")) fit(event.target);
  });
  document.querySelectorAll("textarea[data-autogrow]").forEach(fit);
}

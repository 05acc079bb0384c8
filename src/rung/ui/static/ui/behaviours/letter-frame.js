// iframe[data-letter-frame]: as tall as the letter in it, also when its pictures have come. Without this it scrolls.

const fit = (frame) => {
  const letter = frame.contentDocument?.querySelector(".letter-alone .letter");
  if (!letter) return;
  // Not the height of the document: that is never less than the frame's.
  const measure = () => { frame.style.blockSize = `${Math.min(Math.ceil(letter.getBoundingClientRect().height) + 24, 8000)}px`; };
  measure();
  new ResizeObserver(measure).observe(letter);
};

// "load" of a frame does not bubble, but it is captured on its way down, also for frames that come later.
document.addEventListener("load", (event) => {
  if (event.target.matches?.("iframe[data-letter-frame]")) fit(event.target);
}, true);

for (const frame of document.querySelectorAll("iframe[data-letter-frame]")) fit(frame);

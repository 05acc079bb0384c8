// [data-calls="agent:5 call"]: what rings for somebody cannot wait for the next round of news. As soon as the stream names one
// of these words, or so much that it names nothing, `rung:calls` is told to body, also in a tab nobody looks at.

const wanted = document.querySelector("[data-calls]")?.dataset.calls.split(" ");

document.addEventListener("rung:heard", ({ detail }) => {
  if (wanted && (!detail || detail.some((word) => wanted.includes(word)))) document.body.dispatchEvent(new CustomEvent("rung:calls"));
});

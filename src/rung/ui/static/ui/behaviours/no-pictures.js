// .file-picture img: a file that calls itself a picture and is none keeps its name and loses its torn frame.

const drop = (image) => image.matches?.(".file-picture img") && image.remove();

document.addEventListener("error", (event) => drop(event.target), true);

// Those that failed before this was listening.
for (const image of document.querySelectorAll(".file-picture img")) {
  if (image.complete && image.currentSrc && !image.naturalWidth) drop(image);
}

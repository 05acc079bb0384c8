// [data-arrive]: a page opened without a place in its address opens at this one (the newest thing in a thread).

const place = document.querySelector("[data-arrive]");
const came = performance.getEntriesByType("navigation")[0]?.type;
if (place && !location.hash && came !== "back_forward" && came !== "reload") {
  place.scrollIntoView({ block: place.dataset.arrive || "end" });
}

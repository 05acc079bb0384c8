// [data-calls="agent:5 call"]: what rings for somebody cannot wait for the next round of news. As soon as the stream names one
// of these words, or so much that it names nothing, `rung:calls` is told to body, also in a tab nobody looks at. A page that
// opens looks by itself whether something rings already; one that is left again at once says nothing of it.

const place = document.querySelector("[data-calls]");
const wanted = place?.dataset.calls.split(" ");
const tell = () => document.body.dispatchEvent(new CustomEvent("rung:calls"));

async function look(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected || !(await answer.text()).trim()) return;
    // Whoever draws it listens once the page has loaded, and the answer may be there before.
    if (document.readyState === "complete") tell();
    else addEventListener("load", tell, { once: true });
  } catch { /* the page is being left, or the server is away: the stream says so when it is back */ }
}

document.addEventListener("rung:heard", ({ detail }) => {
  if (wanted && (!detail || detail.some((word) => wanted.includes(word)))) tell();
});

if (place?.matches("[data-calls-present]")) look(place.getAttribute("hx-get"));

// details[data-fold="call-5-ringing"]: who folds a call away has it folded on every page of this window, until it is another.
document.addEventListener("toggle", ({ target }) => {
  if (!target.dataset?.fold) return;
  if (target.open) sessionStorage.removeItem(target.dataset.fold);
  else sessionStorage.setItem(target.dataset.fold, "folded");
}, true);
function fold() {
  for (const each of document.querySelectorAll("details[data-fold]")) each.open = !sessionStorage.getItem(each.dataset.fold);
}
document.addEventListener("htmx:after:swap", fold);
fold();

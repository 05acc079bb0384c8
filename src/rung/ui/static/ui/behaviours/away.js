// <p data-away hidden>: says that the server is out of reach, when that has lasted; a line that comes back says nothing.

const said = document.querySelector("[data-away]");
const root = document.documentElement;
const LASTS = 4_000;
let looking;

// Whoever listens hears no news for other reasons too: only what cannot be fetched is out of reach.
const answers = () => fetch(said.dataset.away, { method: "HEAD", cache: "no-store" }).then(() => true, () => false);

function doubt() {
  clearTimeout(looking);
  looking = setTimeout(look, LASTS);
}

async function look() {
  const isDoubtful = !navigator.onLine || root.dataset.stream === "away";
  said.hidden = !isDoubtful || (await answers());
  if (isDoubtful) doubt();
}

if (said) {
  addEventListener("offline", doubt);
  addEventListener("online", look);
  new MutationObserver(() => (root.dataset.stream === "away" ? doubt() : look())).observe(root, { attributeFilter: ["data-stream"] });
}

// <body data-live="/live">: hears of news from the server and says so by `rung:heard` on document (live-news.js tells the page).
// One tab holds the stream for all tabs (a browser opens only six lines to one server); where it fails, a slow poll takes over.

const address = document.body.dataset.live;
const madeFrom = Number(document.querySelector("[data-live-after]")?.dataset.liveAfter ?? 0);
const POLL = 20_000;
const tabs = new BroadcastChannel("rung:news");
let source, polling, release, retryIn = 1_000, newest = madeFrom;

// `about`: whom and what it concerns; null: it may be anything.
function hear(entry, about = null) {
  newest = Math.max(newest, entry);
  document.dispatchEvent(new CustomEvent("rung:heard", { detail: about }));
}

// Somebody comes, leaves or begins to write in conversations of these numbers.
const stirs = (detail) => document.body.dispatchEvent(new CustomEvent("rung:presence", { detail }));

tabs.addEventListener("message", ({ data }) => {
  if (data.presence) stirs(data.presence);
  else if (data.news !== undefined) hear(data.news, data.about);
  // A tab that has just opened asks what it may have missed between being made and listening.
  else if (source && data.since < newest) tabs.postMessage({ news: newest });
});

function poll(on) {
  clearInterval(polling);
  if (on) polling = setInterval(() => hear(newest), POLL);
}

function open() {
  source?.close();
  source = new EventSource(newest ? `${address}?after=${newest}` : address);
  source.addEventListener("open", () => {
    document.documentElement.dataset.stream = "open";
    poll(false);
    retryIn = 1_000;
  });
  source.addEventListener("news", (event) => {
    const [news, named] = [Number(event.lastEventId), JSON.parse(event.data)];
    hear(news, named);
    tabs.postMessage({ news, about: named });
  });
  source.addEventListener("presence", ({ data }) => {
    stirs(JSON.parse(data));
    tabs.postMessage({ presence: JSON.parse(data) });
  });
  source.addEventListener("error", () => {
    document.documentElement.dataset.stream = "away";
    poll(true);
    // The browser retries a lost line by itself; a refusal closes it, and then we ask again, ever more seldom.
    if (source?.readyState !== EventSource.CLOSED) return;
    setTimeout(() => source && open(), retryIn);
    retryIn = Math.min(retryIn * 2, 60_000);
  });
}

// Locks exist only where the page came over a safe line. Elsewhere a tab holds a stream of its own while it is looked at:
// were all to hold one, the seventh tab would have no line left to be loaded by.
function start() {
  if (!navigator.locks) return document.visibilityState === "visible" ? source ?? open() : stop();
  tabs.postMessage({ since: newest });
  navigator.locks.request("rung:live", () => new Promise((resolve) => {
    release = resolve;
    open();
  }));
}

function stop() {
  source = source?.close();
  release?.();
}

if (address) {
  start();
  if (!navigator.locks) document.addEventListener("visibilitychange", start);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && [start(), hear(newest)]);
}

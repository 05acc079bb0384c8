// <body data-live="/live">: asks the server for news and tells the page, once per burst, by `rung:news` on body.
// Regions that want to know say hx-trigger="rung:news from:body". One tab holds the stream for all tabs of the desk
// (a browser opens only six lines to one server); where it fails, a slow poll takes over. A tab nobody looks at waits.

const address = document.body.dataset.live;
const madeFrom = Number(document.querySelector("[data-live-after]")?.dataset.liveAfter ?? 0);
const POLL = 20_000;
const tabs = new BroadcastChannel("rung:news");
let source, polling, pending, late, release, retryIn = 1_000, newest = madeFrom;

function tell(entry) {
  newest = Math.max(newest, entry);
  clearTimeout(pending);
  // Several entries of one transaction arrive together; 60 ms lets them count as one.
  pending = setTimeout(announce, 60);
}

function announce() {
  late = document.visibilityState === "hidden";
  if (!late) document.body.dispatchEvent(new CustomEvent("rung:news", { detail: { entry: newest } }));
}

document.addEventListener("visibilitychange", () => late && announce());

tabs.addEventListener("message", ({ data }) => {
  if (data.news !== undefined) tell(data.news);
  // A tab that has just opened asks what it may have missed between being made and listening.
  else if (source && data.since < newest) tabs.postMessage({ news: newest });
});

function poll(on) {
  clearInterval(polling);
  if (on) polling = setInterval(() => tell(newest), POLL);
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
    tell(Number(event.lastEventId));
    tabs.postMessage({ news: Number(event.lastEventId) });
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

function start() {
  // Locks exist only where the page came over a safe line; elsewhere every tab opens its own stream.
  if (!navigator.locks) return open();
  tabs.postMessage({ since: newest });
  navigator.locks.request("rung:live", () => new Promise((resolve) => {
    release = resolve;
    open();
  }));
}

if (address) {
  start();
  addEventListener("pagehide", () => {
    source?.close();
    source = undefined;
    release?.();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    start();
    tell(newest);
  });
}

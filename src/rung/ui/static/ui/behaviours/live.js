// <body data-live="/live">: asks the server for news and tells the page, once per burst, by `rung:news` on body.
// Regions that want to know say hx-trigger="rung:news from:body". Where the stream fails, a slow poll takes over.

const address = document.body.dataset.live;
const POLL = 20_000;
let source, polling, pending, retryIn = 1_000;

function tell(id) {
  clearTimeout(pending);
  // Several entries of one transaction arrive together; 80 ms lets them count as one.
  pending = setTimeout(() => {
    document.body.dispatchEvent(new CustomEvent("rung:news", { detail: { entry: id } }));
  }, 80);
}

function status(is) {
  document.documentElement.dataset.stream = is;
}

function startPolling() {
  polling ??= setInterval(() => document.visibilityState === "visible" && tell(null), POLL);
}

function stopPolling() {
  clearInterval(polling);
  polling = undefined;
}

function open() {
  source?.close();
  source = new EventSource(address);
  source.addEventListener("open", () => {
    const wasAway = document.documentElement.dataset.stream === "away";
    status("open");
    stopPolling();
    retryIn = 1_000;
    if (wasAway) tell(null);
  });
  source.addEventListener("news", (event) => tell(event.lastEventId));
  source.addEventListener("error", () => {
    status("away");
    startPolling();
    // The browser retries a lost line by itself; a refusal closes it, and then we ask again, ever more seldom.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(open, retryIn);
      retryIn = Math.min(retryIn * 2, 60_000);
    }
  });
}

if (address) {
  open();
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    open();
    tell(null);
  });
}

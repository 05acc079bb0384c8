// <body data-live="/live">: asks the server for news and tells the page, once per burst, by `rung:news` on body.
// Regions that want to know say hx-trigger="rung:news from:body"; with data-live-about="conversation:18 customer:5" only
// if the news may concern one of these (a bare noun means all of its kind). One tab holds the stream for all tabs of the desk
// (a browser opens only six lines to one server); where it fails, a slow poll takes over. A tab nobody looks at waits.

const address = document.body.dataset.live;
const madeFrom = Number(document.querySelector("[data-live-after]")?.dataset.liveAfter ?? 0);
const [POLL, SELDOM, TOGETHER] = [20_000, 1_000, 40];
const tabs = new BroadcastChannel("rung:news");
let source, polling, pending, late, release, retryIn = 1_000, newest = madeFrom, told = 0;

// What the news of this burst is about; null: anything.
let about = [];

function tell(entry, named = null) {
  newest = Math.max(newest, entry);
  document.dispatchEvent(new CustomEvent("rung:heard", { detail: named }));
  about = about && named && [...about, ...named];
  // What comes together counts as one, and while much comes the page is told once a second.
  pending ??= setTimeout(announce, Math.max(TOGETHER, told + SELDOM - Date.now()));
}

function announce() {
  pending = clearTimeout(pending);
  late = document.visibilityState === "hidden";
  if (late) return;
  const detail = { entry: newest, about: about && new Set(about) };
  about = [];
  told = Date.now();
  document.body.dispatchEvent(new CustomEvent("rung:news", { detail }));
}

// Somebody comes, leaves or begins to write in conversations of these numbers.
const stirs = (detail) => document.body.dispatchEvent(new CustomEvent("rung:presence", { detail }));

function concerns(wanted, said) {
  return wanted.some((word) => said.has(word) || [...said].some((each) => each.startsWith(`${word}:`)));
}

document.addEventListener("htmx:config:request", (event) => {
  const news = event.detail.ctx.sourceEvent;
  const wanted = event.target.dataset?.liveAbout?.split(" ");
  if (news?.type === "rung:news" && news.detail.about && wanted && !concerns(wanted, news.detail.about)) event.preventDefault();
});

document.addEventListener("visibilitychange", () => late && announce());

tabs.addEventListener("message", ({ data }) => {
  if (data.presence) stirs(data.presence);
  else if (data.news !== undefined) tell(data.news, data.about);
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
    const [news, named] = [Number(event.lastEventId), JSON.parse(event.data)];
    tell(news, named);
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

// Tells the page what was heard (live.js), once per burst, by `rung:news` on body; a tab nobody looks at waits.
// Regions that want to know say hx-trigger="rung:news from:body"; with data-live-about="conversation:18 customer:5" only
// if the news may concern one of these (a bare noun means all of its kind).

const [SELDOM, TOGETHER] = [1_000, 15];
let pending, late, told = 0;

// What the news of this burst is about; null: anything.
let about = [];

document.addEventListener("rung:heard", ({ detail: named }) => {
  about = about && named && [...about, ...named];
  // What comes together counts as one, and while much comes the page is told once a second.
  pending ??= setTimeout(announce, Math.max(TOGETHER, told + SELDOM - Date.now()));
});

function announce() {
  pending = clearTimeout(pending);
  late = document.visibilityState === "hidden";
  if (late) return;
  const detail = { about: about && new Set(about) };
  about = [];
  told = Date.now();
  document.body.dispatchEvent(new CustomEvent("rung:news", { detail }));
}

function concerns(wanted, said) {
  return wanted.some((word) => said.has(word) || [...said].some((each) => each.startsWith(`${word}:`)));
}

document.addEventListener("htmx:config:request", (event) => {
  const news = event.detail.ctx.sourceEvent;
  const wanted = event.target.dataset?.liveAbout?.split(" ");
  if (news?.type === "rung:news" && news.detail.about && wanted && !concerns(wanted, news.detail.about)) event.preventDefault();
});

document.addEventListener("visibilitychange", () => late && announce());

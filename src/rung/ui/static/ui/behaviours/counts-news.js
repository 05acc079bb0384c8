// [data-counts-news]: after a live refresh says how many of its [data-row]s are new or changed, in #announcer; with a selector
// as its value, of those.

const seen = new WeakMap();

function versions(region) {
  return new Map([...region.querySelectorAll(region.dataset.countsNews || "[data-row]")].map((row) => [row.id, row.dataset.version ?? ""]));
}

for (const region of document.querySelectorAll("[data-counts-news]")) seen.set(region, versions(region));

document.addEventListener("htmx:after:swap", (event) => {
  const region = event.target.closest?.("[data-counts-news]");
  if (!region) return;
  const before = seen.get(region) ?? new Map();
  const now = versions(region);
  seen.set(region, now);
  const news = [...now].filter(([id, version]) => before.get(id) !== version).length;
  const announcer = document.getElementById("announcer");
  if (news && announcer) announcer.textContent = news === 1 ? region.dataset.newsOne : region.dataset.newsMany;
});

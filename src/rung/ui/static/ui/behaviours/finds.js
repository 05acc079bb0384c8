// [data-finds="selector"]: a field that leaves, of what stands in the next element, only what has all the words typed. Of
// something folded away its summary counts.

const bare = (words) => words.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

for (const finder of document.querySelectorAll("[data-finds]")) {
  const field = finder.querySelector("input"), none = finder.querySelector("[data-none]");
  const list = finder.nextElementSibling, items = [...list.querySelectorAll(finder.dataset.finds)];
  const said = new Map(items.map((item) => [item, bare((item.querySelector("summary") ?? item).textContent)]));
  finder.dataset.ready = "";
  field.addEventListener("input", () => {
    const words = bare(field.value).split(/\s+/).filter(Boolean);
    for (const item of items) item.hidden = !words.every((word) => said.get(item).includes(word));
    list.hidden = items.every((item) => item.hidden);
    none.textContent = list.hidden ? none.dataset.none : "";
  });
}

// [data-canned="/address"] in the composer: fetches what there is to choose from when it is opened, narrows it as one types,
// and puts the chosen words where the cursor is. One that also acts is sent as a form, so that its deeds are shown first.

const place = document.querySelector("[data-canned]");
const list = place?.querySelector("[data-canned-list]");
const field = place?.querySelector("[data-canned-field]");
const text = document.getElementById("composer-text");
const bare = (words) => words.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
const shown = () => [...list.querySelectorAll(".canned-one:not([hidden])")];

function narrow() {
  const words = bare(field.value).split(/\s+/).filter(Boolean);
  for (const one of list.querySelectorAll(".canned-one")) {
    const said = bare(`${one.textContent} ${one.dataset.words}`);
    one.hidden = !words.every((word) => said.includes(word));
  }
}

function insert(words) {
  const before = text.value.slice(0, text.selectionStart);
  const gap = before && !before.endsWith("\n") && text.selectionStart === text.value.length ? "\n\n" : "";
  text.setRangeText(gap + words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

if (place) {
  field.hidden = false;
  place.closest("details").addEventListener("toggle", async ({ target }) => {
    if (!target.open || list.dataset.fetched) return;
    list.dataset.fetched = "yes";
    await htmx.ajax("GET", place.dataset.canned, { target: list, swap: "innerHTML" });
    narrow();
  });
  field.addEventListener("input", (event) => { event.stopPropagation(); narrow(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      shown()[0]?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      shown()[0]?.focus();
    }
  });
  list.addEventListener("click", (event) => {
    const one = event.target.closest(".canned-one");
    if (!one || "acts" in one.dataset) return;
    event.preventDefault();
    insert(one.dataset.words);
    place.closest("details").open = false;
    text.focus();
    const said = new FormData();
    said.set("canned", one.value);
    said.set("counts", "yes");
    said.set("csrfmiddlewaretoken", text.form.elements.csrfmiddlewaretoken.value);
    fetch(place.dataset.canned, { method: "POST", body: said });
  });
}

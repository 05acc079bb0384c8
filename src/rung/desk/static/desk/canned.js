// [data-canned="/address"] in the composer: fetches what there is to choose from when it is opened, narrows it as one types,
// and puts the chosen words where the cursor is. One that also acts is sent as a form, so that its deeds are shown first.
// # at the beginning of a line of the text opens it as well; whoever goes on with a digit meant a number.

const place = document.querySelector("[data-canned]");
const list = place?.querySelector("[data-canned-list]");
const field = place?.querySelector("[data-canned-field]");
const text = document.getElementById("composer-text");
const bare = (words) => words.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
const menu = place?.closest("details");
let byHash = false;
const shown = () => [...list.querySelectorAll(".canned-one:not([hidden])")];

function narrow() {
  const words = bare(field.value).split(/\s+/).filter(Boolean);
  for (const one of list.querySelectorAll(".canned-one")) {
    const said = bare(`${one.textContent} ${one.dataset.words}`);
    one.hidden = !words.every((word) => said.includes(word));
  }
}

function withoutHash() {
  const at = text.selectionStart;
  if (byHash && text.value[at - 1] === "#") text.setRangeText("", at - 1, at, "end");
  byHash = false;
}

function insert(words) {
  withoutHash();
  const before = text.value.slice(0, text.selectionStart);
  const gap = before && !before.endsWith("\n") && text.selectionStart === text.value.length ? "\n\n" : "";
  text.setRangeText(gap + words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

if (place) {
  field.hidden = false;
  text.addEventListener("input", (event) => {
    if (event.data !== "#" || !/(^|\n)#$/.test(text.value.slice(0, text.selectionStart))) return;
    byHash = menu.open = true;
  });
  menu.addEventListener("toggle", async ({ target }) => {
    // Put away by Escape, the menu's button has the focus; who was writing goes on writing.
    if (!target.open && byHash && menu.contains(document.activeElement)) text.focus();
    if (!target.open) return (byHash = false);
    field.value = "";
    if (list.dataset.fetched) return narrow();
    list.dataset.fetched = "yes";
    await htmx.ajax("GET", place.dataset.canned, { target: list, swap: "innerHTML" });
    narrow();
  });
  field.addEventListener("input", (event) => { event.stopPropagation(); narrow(); });
  field.addEventListener("keydown", (event) => {
    if (byHash && !field.value && /^\d$/.test(event.key)) {
      event.preventDefault();
      text.focus();
      text.setRangeText(event.key, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
      menu.open = false;
    } else if (event.key === "Enter") {
      event.preventDefault();
      shown()[0]?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      shown()[0]?.focus();
    }
  });
  list.addEventListener("click", (event) => {
    const one = event.target.closest(".canned-one");
    if (!one) return;
    if ("acts" in one.dataset) return withoutHash();
    event.preventDefault();
    insert(one.dataset.words);
    menu.open = false;
    text.focus();
    const csrfmiddlewaretoken = text.form.elements.csrfmiddlewaretoken.value;
    const said = new URLSearchParams({ canned: one.value, counts: "yes", csrfmiddlewaretoken });
    fetch(place.dataset.canned, { method: "POST", body: said });
  });
}

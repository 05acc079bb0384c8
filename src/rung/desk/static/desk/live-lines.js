// [data-live-lines]: a list that keeps still. While the pointer or the focus is on it, or something in it is chosen,
// lines that changed are renewed where they stand, those that left are dimmed, and new ones are only announced, by a
// button. Once it is left alone, or the button is pressed, it is brought up to date.

const region = document.querySelector("[data-live-lines]");
const news = document.getElementById("queue-news");
let over = false, waits = false, forced = false;

const isBusy = () => over || region.contains(document.activeElement) || region.querySelector("input[name=c]:checked")
  || document.querySelector("[data-many] details[open]") || region.getBoundingClientRect().top < -40;

function announce(n) {
  news.hidden = !n;
  const words = news.parentElement.dataset;
  news.querySelector("[role=status]").textContent = n ? (n === 1 ? words.newOne : words.newMany.replace("{n}", n)) : "";
}

function renew(row, now) {
  if (row.matches(":hover, :focus-within")) return row.classList.add("line-news");
  const box = row.querySelector("input[name=c]");
  const part = now.querySelector("input[name=c]");
  if (box && part) part.checked = box.checked;
  row.replaceChildren(...now.childNodes);
  if (row.dataset.version !== now.dataset.version) row.classList.add("line-news");
  row.dataset.version = now.dataset.version;
}

async function peek() {
  const answer = await fetch(region.getAttribute("hx-get"), { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = new Map([...page.querySelectorAll("[data-row]")].map((row) => [row.id, row]));
  const rows = [...region.querySelectorAll("[data-row]")];
  for (const row of rows) {
    const is = now.get(row.id);
    row.classList.toggle("line-gone", !is);
    if (is && is.dataset.version !== row.dataset.version) renew(row, is);
    now.delete(row.id);
  }
  announce(now.size);
  for (const id of ["queue-tabs", "queue-count"]) {
    const part = page.querySelector(`[hx-target="#${id}"]`), place = document.getElementById(id);
    if (part && !place.matches(":hover, :focus-within")) place.innerHTML = part.innerHTML;
  }
}

function settle() {
  if (!waits || isBusy()) return;
  waits = false;
  document.body.dispatchEvent(new CustomEvent("rung:news", { detail: { entry: null } }));
}

if (region) {
  region.addEventListener("pointermove", (event) => { over = event.pointerType === "mouse"; }, { passive: true });
  region.addEventListener("pointerleave", () => { over = false; setTimeout(settle, 300); });
  for (const kind of ["focusout", "change", "rung:calm"]) document.body.addEventListener(kind, () => setTimeout(settle, 300));
  addEventListener("scroll", () => waits && settle(), { passive: true });
  document.addEventListener("htmx:config:request", (event) => {
    if (event.target !== region || event.defaultPrevented || forced || !isBusy()) return;
    event.preventDefault();
    waits = true;
    peek().catch(() => undefined);
  });
  document.addEventListener("htmx:after:swap", (event) => event.target === region && announce(0));
  news.addEventListener("click", () => {
    forced = true;
    document.body.dispatchEvent(new CustomEvent("rung:news", { detail: { entry: null } }));
    forced = waits = false;
    region.scrollIntoView({ block: "start" });
  });
}

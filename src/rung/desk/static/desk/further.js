// [data-further]: when the foot of a list comes near, the lines below are fetched and put under it. The address then says
// how many stand there, so that coming back, or loading the page again, shows the same lines at the same place.

const list = document.getElementById("queue");
let asking = false;

async function fetchMore(foot) {
  asking = true;
  foot.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(foot.dataset.further, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = new Set([...list.querySelectorAll("[data-row]")].map((row) => row.id));
    const rows = [...page.querySelectorAll("[data-row]")].filter((row) => !there.has(row.id));
    const below = page.querySelector("[data-foot]");
    if (!foot.isConnected || !below) return;
    list.querySelector("[data-rows]").append(...rows);
    foot.replaceWith(below);
    list.setAttribute("hx-get", below.dataset.here);
    history.replaceState(history.state, "", below.dataset.here);
    const from = document.querySelector("[data-many-from]");
    if (from) from.value = below.dataset.here.replace(/^\/queue\//, "");
    watch();
  } catch {
    foot.removeAttribute("data-further");
  } finally {
    asking = false;
    foot.removeAttribute("aria-busy");
  }
}

const eye = new IntersectionObserver((seen) => {
  const foot = seen.find((one) => one.isIntersecting)?.target;
  if (foot?.dataset.further && !asking) fetchMore(foot);
}, { rootMargin: "600px" });

function watch() {
  eye.disconnect();
  const foot = list?.querySelector("[data-foot]");
  if (foot) eye.observe(foot);
}

document.addEventListener("htmx:after:swap", (event) => event.target.closest?.("#queue") && watch());
watch();

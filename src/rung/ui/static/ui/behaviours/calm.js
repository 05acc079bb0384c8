// [data-calm]: a live region is not replaced under the pointer of someone about to click, nor while a menu in it is
// open. The change is kept back until the pointer has rested elsewhere, at most ten seconds.

let held = false;

document.addEventListener("htmx:config:request", (event) => {
  const region = event.target.closest?.("[data-calm]");
  if (!region || event.detail.ctx.sourceEvent?.type !== "rung:news") return;
  const busy = region.querySelector("details[data-menu][open]") || (region.matches(":hover") && movedJustNow());
  if (!busy) return;
  event.preventDefault();
  if (held) return;
  held = true;
  const since = Date.now();
  const again = setInterval(() => {
    const still = region.querySelector("details[data-menu][open]") || (region.matches(":hover") && movedJustNow());
    if (still && Date.now() - since < 10_000) return;
    clearInterval(again);
    held = false;
    document.body.dispatchEvent(new CustomEvent("rung:news", { detail: { entry: null } }));
  }, 300);
});

let moved = 0;
addEventListener("pointermove", () => { moved = Date.now(); }, { passive: true });
const movedJustNow = () => Date.now() - moved < 600;

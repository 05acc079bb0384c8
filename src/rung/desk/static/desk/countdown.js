// [data-countdown="2026-03-10T09:00:00+00:00"]: the seconds until then, in the words of data-unit.

function tick() {
  for (const node of document.querySelectorAll("[data-countdown]")) {
    const left = Math.max(0, Math.ceil((Date.parse(node.dataset.countdown) - Date.now()) / 1000));
    node.textContent = node.dataset.unit.replace("%s", left);
  }
}

setInterval(tick, 250);
tick();

// form[data-keeps="/address"]: what is written in it is kept on the server as one types, and once more on leaving the page.
// It says so in its [data-keeps-said], in the words of data-kept and data-unsent.

const REST = 500, AGAIN = 4_000;
const waiting = new Map();

async function keep(form) {
  waiting.delete(form);
  const said = form.querySelector("[data-keeps-said]");
  let isKept = false;
  try {
    const answer = await fetch(form.dataset.keeps, { method: "POST", body: new FormData(form), headers: { "X-Keeps": "1" }, keepalive: true });
    isKept = answer.ok && !answer.redirected;
  } catch { /* out of reach: tried again below */ }
  if (!form.isConnected) return;
  said.textContent = isKept ? form.dataset.kept : form.dataset.unsent;
  if (!isKept && !waiting.has(form)) later(form, AGAIN);
}

function later(form, rest) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), rest));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keeps]");
  if (form) later(form, REST);
});
document.addEventListener("submit", (event) => {
  clearTimeout(waiting.get(event.target));
  waiting.delete(event.target);
});
addEventListener("pagehide", () => {
  for (const [form, timer] of waiting) {
    clearTimeout(timer);
    keep(form);
  }
});

// form[data-draft="/address"]: what is being written is kept on the server as one types, and once more on leaving. When
// another window of the same person has saved since, this one stops and says so.

const form = document.querySelector("form[data-draft]");
const REST = 700;
let resting, stopped = false, sending = false, dirty = false, running = Promise.resolve();

const said = () => form.querySelector("[data-saved]");
const text = () => document.getElementById("composer-text");

function body() {
  const data = new FormData(form);
  for (const name of ["files", "from", "since"]) data.delete(name);
  return data;
}

// Said aloud once: that it is saved again and again is nothing to hear, that it is not is.
function alarm(words) {
  if (said().textContent !== words) document.getElementById("announcer").textContent = words;
  said().textContent = words;
  said().classList.add("composer-alarm");
}

async function save() {
  if (stopped || sending || !dirty) return;
  dirty = false;
  const written = text().value;
  let answer;
  try {
    answer = await fetch(form.dataset.draft, { method: "POST", body: body() });
  } catch {
    answer = { ok: false, status: 0 };
  }
  if (answer.status === 409) {
    stopped = true;
    alarm(form.dataset.elsewhere);
    return;
  }
  if (!answer.ok || answer.redirected) {
    dirty = true;
    const refused = answer.status === 422 ? (await answer.json()).error : "";
    alarm(refused || form.dataset.failed);
    if (!refused) rest(5_000);
    return;
  }
  const kept = await answer.json();
  form.elements.version.value = kept.version;
  text().defaultValue = written; // nothing is lost by leaving now
  said().classList.remove("composer-alarm");
  said().textContent = kept.saved ? form.dataset.kept.replace("%s", kept.saved) : "";
  const writers = document.getElementById("writers");
  if (kept.writing.length) writers.textContent = form.dataset.writing.replace("%s", kept.writing.join(", "));
}

function rest(length = REST) {
  clearTimeout(resting);
  // One after the other: each has to know the version that the one before it made.
  resting = setTimeout(() => { running = running.then(save); }, length);
}

form?.addEventListener("input", (event) => {
  if (event.target.matches("[type=file]") || event.target.closest(".people")) return;
  dirty = true;
  rest();
});
form?.addEventListener("composer:saved", ({ detail }) => { form.elements.version.value = detail; });
form?.addEventListener("submit", () => { sending = true; clearTimeout(resting); });
addEventListener("pageshow", () => { sending = false; });
addEventListener("pagehide", () => {
  if (!form || stopped || sending || !dirty) return;
  fetch(form.dataset.draft, { method: "POST", body: body(), keepalive: true });
});

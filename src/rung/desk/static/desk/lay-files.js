// Files chosen, dropped or pasted into form[data-files-to="/address"] are laid beside the draft at once, each with its
// progress; [data-weight] counts what goes along against what a letter takes.

const form = document.querySelector("form[data-files-to]");
const list = form?.querySelector("[data-laid]");
const weight = form?.querySelector("[data-weight]");
const inWords = (octets) => octets < 1e6 ? `${Math.max(1, Math.round(octets / 1e3))} kB` : `${(octets / 1e6).toFixed(1)} MB`;

function weigh() {
  const sum = [...list.children].reduce((all, item) => all + (item.querySelector("input").checked ? Number(item.dataset.octets ?? 0) : 0), 0);
  const tooMuch = sum > Number(list.dataset.limit);
  weight.hidden = !list.children.length;
  weight.textContent = (tooMuch ? weight.dataset.tooMuch : weight.dataset.words).replace("%s", inWords(sum));
  weight.classList.toggle("composer-alarm", tooMuch);
}

function line(file) {
  const item = document.getElementById("file-line").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = file.name;
  item.querySelector("[data-size]").textContent = inWords(file.size);
  item.querySelector("[data-empty]").hidden = file.size > 0;
  item.dataset.octets = file.size;
  return item;
}

function lay(file) {
  const item = line(file), bar = item.querySelector("progress"), tick = item.querySelector("input");
  bar.hidden = false;
  tick.disabled = true;
  list.append(item);
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("kind", form.elements.kind.value);
  data.append("files", file, file.name);
  const sent = new XMLHttpRequest();
  sent.open("POST", form.dataset.filesTo);
  sent.responseType = "json";
  sent.upload.addEventListener("progress", (event) => { bar.value = (100 * event.loaded) / (event.total || 1); });
  sent.addEventListener("loadend", () => {
    bar.remove();
    const laid = sent.response?.files?.[0];
    const told = item.querySelector("[data-refused]");
    if (!laid) {
      item.classList.add("laid-failed");
      tick.checked = false;  // it does not go along, and weighs nothing
      told.hidden = false;
      told.textContent = sent.response?.error ?? form.dataset.failed;
      weigh();
      return;
    }
    Object.assign(tick, { disabled: false, value: laid.pk, checked: true });
    item.querySelector("[data-size]").textContent = laid.weight;
    told.hidden = !laid.isRefused;
    form.dispatchEvent(new CustomEvent("composer:saved", { detail: sent.response.version }));
    weigh();
  });
  sent.send(data);
}

form?.addEventListener("change", (event) => {
  if (event.target.closest("[data-laid]")) weigh();
  if (!event.target.matches("[data-lays]")) return;
  [...event.target.files].forEach(lay);
  event.target.value = "";
});
form?.addEventListener("paste", (event) => {
  if (!event.clipboardData.files.length) return;
  event.preventDefault();
  [...event.clipboardData.files].forEach(lay);
});
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  form?.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("composer-dropping", over);
    if (name === "drop") [...event.dataTransfer.files].forEach(lay);
  });
}

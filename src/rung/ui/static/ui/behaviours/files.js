// input[type=file][data-files="id"]: says in the list with that id what was chosen and how large it is.

const unit = (octets) => octets < 1e6 ? `${Math.max(1, Math.round(octets / 1e3))} kB` : `${(octets / 1e6).toFixed(1)} MB`;

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-files]")) return;
  const list = document.getElementById(input.dataset.files);
  list.replaceChildren(...[...input.files].map((file) => {
    const item = document.createElement("li");
    item.textContent = `${file.name} · ${unit(file.size)}`;
    return item;
  }));
});

// [data-appearance]: switches light, dark, system (and density, and keys of one letter) at once and tells the server, which
// remembers.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-appearance]")) return;
  const chosen = event.submitter;
  if (!chosen?.name) return;
  event.preventDefault();
  const body = new FormData(form, chosen);
  document.documentElement.dataset[chosen.name === "keys" ? "singleKeys" : chosen.name] = chosen.value;
  for (const button of form.querySelectorAll(`button[name="${chosen.name}"]`)) {
    button.setAttribute("aria-pressed", String(button === chosen));
  }
  fetch(form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
});

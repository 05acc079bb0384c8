// input[data-suggests="/address"]: asks while one types and shows what comes back in [data-suggestions] of the same
// form. Sent by name like any field, so that the form's own button does the same without JavaScript.

let waiting;

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches("[data-suggests]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const place = input.form.querySelector("[data-suggestions]");
    const query = new URLSearchParams({ [input.name]: input.value });
    htmx.ajax("GET", `${input.dataset.suggests}?${query}`, { target: place, swap: "innerMorph" });
  }, 180);
});

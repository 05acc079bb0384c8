// form[data-keeps-address]: what was typed stands in the address as well, so that it can be gone back to and sent on.
// The arrow down leads from its field to the first row that was found.

document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("form[data-keeps-address]");
  if (!form) return;
  const said = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(said).toString();
  history.replaceState(history.state, "", query ? `${form.action}?${query}` : form.action);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || event.isComposing || !event.target.matches("form[data-keeps-address] input")) return;
  const first = document.querySelector("[data-rows] [data-row] a");
  if (!first) return;
  event.preventDefault();
  first.focus();
});

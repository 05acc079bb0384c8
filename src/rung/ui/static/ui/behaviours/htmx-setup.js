// htmx talks to our own views: it sends the page's CSRF token along, says so when the server cannot answer, and never
// folds what a person has unfolded.

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!/^(GET|HEAD)$/.test(request.method)) {
    request.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  }
});

htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (node, detail) => !(node.tagName === "DETAILS" && detail.attrName === "open"),
});

function sorry(event) {
  const ctx = event.detail.ctx;
  // A refresh nobody asked for fails in silence: the next one will do.
  if (!ctx || ctx.request?.method === "GET") return;
  const region = document.querySelector("[data-trouble]");
  if (region) region.hidden = false;
}

document.addEventListener("htmx:error", sorry);
document.addEventListener("htmx:response:error", sorry);

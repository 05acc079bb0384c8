// htmx talks to our own views: it sends the page's CSRF token along, says so when the server cannot answer, and never
// folds what a person has unfolded.

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!/^(GET|HEAD)$/.test(request.method)) {
    request.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  }
});

// A look that a newer one takes the place of is no failure, though htmx would tell the console so.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") return;
  const forgive = (error) => {
    if (error.name !== "AbortError") throw error;
    ctx.status = "dropped";
  };
  ctx.fetch = async (...asked) => {
    const response = (await fetch(...asked).catch(forgive)) ?? new Response(null, { status: 204 });
    const text = response.text.bind(response);
    response.text = async () => (await text().catch(forgive)) ?? "";
    return response;
  };
});

htmx.registerExtension("keep-open", {
  htmx_before_morph_attr: (node, detail) => !(node.tagName === "DETAILS" && detail.attrName === "open"),
});

function sorry(event) {
  const ctx = event.detail.ctx;
  // A refresh nobody asked for fails in silence: the next one will do, unless whoever looks is signed out (401).
  if (!ctx || (ctx.request?.method === "GET" && ctx.response?.status !== 401)) return;
  const region = document.querySelector("[data-trouble]");
  if (!region) return;
  // A refusal of ours has words of its own, which take the place of these (refusals.py).
  region.querySelector("p").textContent = region.dataset.trouble;
  region.hidden = false;
}

document.addEventListener("htmx:error", sorry);
document.addEventListener("htmx:response:error", sorry);

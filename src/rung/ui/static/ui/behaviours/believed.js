// A page whose session ended while it was open is sent on after its person has signed in again, in another tab: the forms on
// it take the token that came with signing in, which stands in a cookie of ours.

function believe() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  const known = document.querySelector("meta[name=csrf-token]");
  if (!token || !known || known.dataset.cookie === token) return;
  // What the page came with is good as long as the cookie is the one it came with.
  if (known.dataset.cookie) {
    known.content = token;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    const region = document.querySelector("[data-trouble]");
    if (region) region.hidden = true;
  }
  known.dataset.cookie = token;
}

believe();
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && believe());
document.addEventListener("submit", believe, { capture: true });

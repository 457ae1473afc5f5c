// Follows the ledger: when it has new entries, the page's main part is fetched
// again and put in the place of the old one.
(() => {
  "use strict";
  const root = document.documentElement;
  // On a phone the pages are a row that is wider than the window.
  const here = document.querySelector(".places [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.clientWidth / 2;
  if (!root.dataset.live) return;
  let busy = false, again = false;
  const opened = () => [...document.querySelectorAll("details[open][id]")].map((d) => d.id);
  const isChanged = (field) => field.options
    ? [...field.options].some((o) => o.selected !== o.defaultSelected && !(o.index === 0 && field.selectedIndex === 0))
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  const refresh = async () => {
    const main = document.querySelector("main");
    // Somebody who fills in a form is not interrupted, and loses nothing.
    const fields = [...main.querySelectorAll("input, textarea, select")];
    if (fields.some((f) => f === document.activeElement || isChanged(f))) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const open = opened();
        main.replaceChildren(...page.querySelector("main").childNodes);
        document.querySelector("footer").replaceChildren(...page.querySelector("footer").childNodes);
        for (const id of open) document.getElementById(id)?.setAttribute("open", "");
        const now = page.documentElement.dataset;
        if (now.behind) root.dataset.behind = now.behind; else delete root.dataset.behind;
        root.dataset.entries = now.entries;
      }
    } catch { /* The service is away; the stream says when it is back. */ }
    busy = false;
    if (again) { again = false; refresh(); }
  };
  // What is under way, or of fewer entries than there are, is looked at every second.
  setInterval(() => {
    if (root.dataset.behind || document.querySelector("main [data-busy]")) refresh();
  }, 1000);
  let source;
  const follow = () => {
    source = new EventSource("/dashboard/live");
    source.addEventListener("entries", (event) => {
      root.dataset.connected = "yes";
      if (event.data !== root.dataset.entries && root.dataset.live === "yes") refresh();
    });
    source.addEventListener("error", () => { root.dataset.connected = "no"; });
  };
  follow();
  // A browser keeps a page that was left for a while. Its stream would keep one of the
  // six connections that a browser opens to a service: after six pages nothing opens.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { follow(); refresh(); } });
})();

// The address of the page says what is shown: #/articles, #/articles/ID, #/report, #/read/ID/START-END beside the
// conversation, and the conversation alone for all else.

import { leaveList, showList } from "./articles.js";
import { question } from "./narrow.js";
import { closeReader, openReader } from "./reader.js";
import { hideReport, showReport } from "./report.js";
import { whenThere } from "./tools.js";

const ADDRESS = /^#\/(articles|report|read)(?:\/([^/]+))?(?:\/(\d+)-(\d+))?$/;
const root = document.documentElement;
let cameFrom = null; // the link that the panel was opened with

function show() {
  const [, name = "ask", id, start, end] = location.hash.match(ADDRESS) ?? [];
  const view = name === "read" ? "ask" : name;
  const place = start && [Number(start), Number(end)];
  const article = id && name !== "report" && decoded(id);
  root.dataset.view = view;
  for (const link of document.querySelectorAll("#views a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const wasPanel = root.hasAttribute("data-reading");
  if (view !== "articles" || article) leaveList(view === "articles" ? article : null);
  if (view !== "report") hideReport();
  if (article) {
    if (view === "articles") scrollTo(0, 0);
    openReader(article, place, view === "ask");
    return;
  }
  closeReader();
  if (view === "articles") showList();
  if (view === "report") showReport();
  if (view === "ask" && wasPanel) (cameFrom?.isConnected ? cameFrom : question()).focus({ preventScroll: true });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const closePanel = () => (location.hash = "#/");

(await whenThere("#shelf .reader .close")).addEventListener("click", closePanel);

// Gradio gives the page a base address without its query: a link by itself would lose the language chosen there.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.hash.startsWith("#/read/")) cameFrom = link;
  if (link.hash === location.hash) show(); // the browser tells only of changes
  else location.hash = link.hash;
});

addEventListener("hashchange", show);
show();

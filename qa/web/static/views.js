// The address of the page says what is shown: #/articles, which filters may follow (?find=…&source=…&since=…&until=…&added=…),
// #/articles/ID, #/add for a page that another window brings, #/history, #/report, #/read/ID/START-END beside the
// conversation, #/history/ID for one that was kept, and the conversation alone for all else.

import { leaveList, showList } from "./articles.js";
import { newConversation, openConversation } from "./conversation.js";
import { hideHistory, showHistory } from "./history.js";
import { question } from "./narrow.js";
import { closeReader, openReader } from "./reader.js";
import { receive } from "./receive.js";
import { hideReport, showReport } from "./report.js";
import { whenThere } from "./tools.js";

const ADDRESS = /^#\/(add|articles|history|report|read)(?:\/([^/?]+))?(?:\/(\d+)-(\d+))?(?:\?(.*))?$/;
const root = document.documentElement;
let cameFrom = null; // the link that the panel was opened with
let refused = ""; // why a conversation could not be opened

function show() {
  const [, name = "ask", id, start, end, filters] = location.hash.match(ADDRESS) ?? [];
  const kept = name === "history" && id && decoded(id);
  const view = name === "read" || kept ? "ask" : name === "add" ? "articles" : name;
  const place = start && [Number(start), Number(end)];
  const article = id && ["articles", "read"].includes(name) && decoded(id);
  root.dataset.view = view;
  for (const link of document.querySelectorAll("#views a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const wasPanel = root.hasAttribute("data-reading");
  if (view !== "articles" || article) leaveList(view === "articles" ? article : null);
  if (view !== "report") hideReport();
  if (view !== "history") hideHistory();
  if (article) {
    if (view === "articles") scrollTo(0, 0);
    openReader(article, place, view === "ask");
    return;
  }
  closeReader();
  if (view === "articles") showList(filters && Object.fromEntries(new URLSearchParams(filters)));
  if (name === "add") receive();
  if (view === "report") showReport();
  if (view === "history") showHistory(refused);
  refused = "";
  if (kept) openConversation(kept).catch(notThere);
  if (view === "ask" && wasPanel) (cameFrom?.isConnected ? cameFrom : question()).focus({ preventScroll: true });
}

function notThere(error) {
  refused = error.message;
  location.hash = "#/history";
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

document.querySelector("#views .new").addEventListener("click", newConversation);

// Gradio gives the page a base address without its query: a link by itself would lose the language chosen there.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.hash.startsWith("#/read/") && !link.closest(".reader")) cameFrom = link;
  if (link.hash === location.hash) show(); // the browser tells only of changes
  else location.hash = link.hash;
});

addEventListener("hashchange", show);
show();

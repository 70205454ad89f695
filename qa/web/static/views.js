// The address of the page says what is shown: #/articles, which filters may follow (?find=…&source=…&since=…&until=…&added=…),
// #/articles/ID, #/add for a page that another window brings, #/history, #/report, #/settings, #/read/ID/START-END beside the
// conversation, #/c/ID and #/c/ID/N for one that is kept (once #/history/ID), and the Ask view for all else.

import { leaveList, showList } from "./articles.js";
import { addressOf, newConversation, openConversation, start, stay } from "./conversation.js";
import { hideHistory, showHistory } from "./history.js";
import { question } from "./narrow.js";
import { closeReader, openReader } from "./reader.js";
import { receive } from "./receive.js";
import { hideReport, showReport } from "./report.js";
import { hideSettings, showSettings } from "./settings.js";
import { whenThere } from "./tools.js";

const ADDRESS = /^#\/(add|articles|c|history|report|settings|read)(?:\/([^/?]+))?(?:\/(\d+)(?:-(\d+))?)?(?:\?(.*))?$/;
const VIEWS = { add: "articles", c: "ask", read: "ask" }; // where they are not of the same name
const root = document.documentElement;
let cameFrom = null; // the link that the panel was opened with
let refused = ""; // why a conversation could not be opened

function show() {
  const formerly = location.hash.match(/^#\/history\/([^/]+)$/);
  if (formerly) history.replaceState(null, "", addressOf(`#/c/${formerly[1]}`));
  const [, name = "ask", id, first, last, filters] = location.hash.match(ADDRESS) ?? [];
  const view = VIEWS[name] ?? name;
  const place = last && [Number(first), Number(last)];
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
  if (view !== "settings") hideSettings();
  if (name === "read") stay();
  if (article) {
    if (view === "articles") scrollTo(0, 0);
    openReader(article, place, view === "ask");
    return;
  }
  closeReader();
  if (view === "articles") showList(filters && Object.fromEntries(new URLSearchParams(filters)));
  if (name === "add") receive();
  if (view === "report") showReport();
  if (view === "settings") showSettings();
  if (view === "history") showHistory(refused);
  refused = "";
  if (name === "ask") start();
  if (name === "c" && id) openConversation(decoded(id), !wasPanel && first).catch(notThere);
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

// The Articles view: which view is shown, and a table of the articles with search and sort.

import { ask, counted, longDate, make, readerLink, whenThere } from "./tools.js";
import { closeReader, openReader } from "./reader.js";

const AT_ONCE = 200; // rows; more on demand
const RETRY = 1000; // ms, while the models are being loaded
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const shelf = await whenThere("#shelf .reader");
const [list, table] = ["#shelf .list", "#shelf table"].map((selector) => document.querySelector(selector));
const status = list.querySelector(".find [role=status]");
const box = list.querySelector("#find");
const more = list.querySelector(".more");
let articles = null;
let sorting = { key: "published_at", descending: true };
let most = AT_ONCE;
let place = { top: 0, id: null }; // where the list was left

export const titleOf = (id) => articles?.find((article) => article.id === id)?.title || id;

// Read the list anew; `told` is said in place of the count.
export async function reload(told = "") {
  try {
    articles = await ask("api/articles");
    for (const article of articles) {
      const { title, source, author, published_at: day } = article;
      article.folded = fold([title, source, author, day, day && longDate(day)].filter(Boolean).join(" "));
    }
    draw(told);
  } catch (error) {
    status.textContent = error.status === 503 ? `Not there yet: ${error.message}` : error.message;
    if (error.status === 503) setTimeout(reload, RETRY);
  }
}

// What was added or removed changes what the Ask view says of the library, too.
export function changed(told) {
  document.querySelector("#refresh")?.click();
  return reload(told);
}

function draw(told = "") {
  const words = fold(box.value).split(/\s+/).filter(Boolean);
  const found = articles.filter((article) => words.every((word) => article.folded.includes(word)));
  found.sort(compare);
  table.hidden = !found.length;
  table.tBodies[0].replaceChildren(...found.slice(0, most).map(row));
  more.hidden = found.length <= most;
  for (const button of table.querySelectorAll("[data-key]")) {
    const order = sorting.descending ? "descending" : "ascending";
    button.parentElement.setAttribute("aria-sort", button.dataset.key === sorting.key ? order : "none");
  }
  const count = counted(articles.length, "article");
  const said = !articles.length ? "The library is empty." : words.length ? `${found.length} of ${count}` : count;
  status.textContent = told ? `${told} ${said}` : said;
}

// What has no such fact comes last, either way round.
function compare(a, b) {
  const [left, right] = [a[sorting.key] ?? "", b[sorting.key] ?? ""];
  if (left === "" || right === "") return (left === "") - (right === "") || collator.compare(a.title, b.title);
  const order = typeof left === "number" ? left - right : collator.compare(left, right);
  return (sorting.descending ? -order : order) || collator.compare(a.title, b.title);
}

function row({ id, title, source, author, published_at: day, passages }) {
  const cell = (className, ...children) => make("td", { className }, ...children);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, readerLink(id, title || id)),
    cell("source", source ?? ""),
    cell("author", author ?? ""),
    cell("date", ...(day ? [make("time", { dateTime: day }, longDate(day, "medium"))] : [])),
    cell("number", String(passages)),
  );
}

box.addEventListener("input", () => {
  most = AT_ONCE;
  if (articles) draw();
});

more.addEventListener("click", () => {
  const next = most;
  most += AT_ONCE;
  draw();
  table.tBodies[0].rows[next]?.querySelector("a").focus();
});

table.tHead.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-key]")?.dataset.key;
  if (!key) return;
  const first = ["published_at", "passages"].includes(key); // newest and longest first
  sorting = { key, descending: sorting.key === key ? !sorting.descending : first };
  draw();
});

table.tBodies[0].addEventListener("click", (event) => {
  if (event.target.closest("a") || getSelection().toString()) return;
  event.target.closest("tr")?.querySelector("a").click();
});

// The address of the page says what is shown: #/articles, #/articles/ID, and the conversation for all else.
function show() {
  const [, view, id] = location.hash.match(/^#\/(articles)(?:\/(.+))?$/) ?? [];
  document.documentElement.dataset.view = view ?? "ask";
  for (const link of document.querySelectorAll("#views a")) {
    if (link.dataset.view === (view ?? "ask")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!list.hidden) place.top = list.offsetParent ? scrollY : place.top;
  list.hidden = Boolean(id);
  closeReader();
  if (id) {
    place.id = decoded(id);
    openReader(place.id, articles);
    scrollTo(0, 0);
  } else if (view) {
    if (articles) back();
    else reload();
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// To the row that was opened, where the list was left.
function back() {
  const link = place.id && table.querySelector(`a[href="${CSS.escape(readerLink(place.id, "").hash)}"]`);
  scrollTo(0, place.top);
  link?.focus({ preventScroll: true });
  place.id = null;
}

document.addEventListener("article-removed", async ({ detail }) => {
  location.hash = "#/articles";
  await changed(`“${detail}” was removed.`);
  list.querySelector("h1").focus();
});

addEventListener("hashchange", show);
show();

// The Articles view: a table of the articles with search, sort and filters, which the server does page by page.

import { facets, page } from "./library.js";
import { askAll } from "./narrow.js";
import { isLeaving, leavingNumber } from "./removing.js";
import { row } from "./rows.js";
import { offer } from "./selection.js";
import { counted, longDate, t } from "./texts.js";
import { call, make, readerLink, whenThere } from "./tools.js";

const AT_ONCE = 100; // rows; more on demand
const RETRY = 1000; // ms, while the library cannot be read
const PAUSE = 150; // ms after the last letter
const FIRST = { key: "published_at", descending: true };

await whenThere("#shelf .reader");
const [list, table] = ["#shelf .list", "#shelf table"].map((selector) => document.querySelector(selector));
const form = list.querySelector(".find");
const status = form.querySelector("[role=status]");
const [box, source, tag, since, until] = ["", "-source", "-tag", "-since", "-until"].map((n) => list.querySelector(`#find${n}`));
const [more, fresh, asks] = [".more", ".fresh", ".asks"].map((selector) => list.querySelector(selector));
let shown = { articles: [], found: 0, total: 0, next: null };
let sorting = null; // newest first, or what fits best where words are looked for
let added = ""; // only what came after this time
let place = { top: 0, id: null }; // where the list was left
let isThere = false; // whether it shows the library as it is
let asked = 0; // requests; only the answer to the last one is shown
let typing = 0;

const wanted = () => ({
  q: box.value.trim() && box.value,
  source: source.value,
  tag: tag.value,
  since: since.value,
  until: until.value,
  added,
  ...(sorting && { sort: sorting.key, order: sorting.descending ? "desc" : "asc" }),
});

// The first page, or the next one behind what is shown; `told` is said in place of the count.
async function load(told = "", after = "") {
  const number = ++asked;
  try {
    const found = await page({ limit: AT_ONCE, ...wanted(), after });
    if (number !== asked) return; // another one is on its way
    shown = after ? { ...found, articles: [...shown.articles, ...found.articles] } : found;
    isThere = true;
    draw(told);
  } catch (error) {
    if (number !== asked) return;
    status.textContent = error.status === 503 ? t("list.wait", { problem: error.message }) : error.message;
    if (error.status === 503) setTimeout(reload, RETRY);
  }
}

async function reload(told = "") {
  try {
    choices(await facets());
  } catch {
    // the list says what is wrong
  }
  await load(told);
}

// What was added or removed changes what the Ask view says of the library, too.
export function changed(told) {
  call("refresh");
  return reload(told);
}

export async function showList(filters) {
  list.hidden = false;
  if (filters) choose(filters);
  if (filters || !isThere) await reload();
  back();
}

// Only what an address asks for: in place of all that was chosen before.
function choose({ find = "", source: name = "", tag: word = "", since: first = "", until: last = "", added: time = "" }) {
  for (const [select, value] of [[source, name], [tag, word]]) if (value) select.append(make("option", { value }, value));
  for (const [field, value] of [[box, find], [source, name], [tag, word], [since, first], [until, last]]) field.value = value;
  added = time;
}

// The list is hidden; `id` is the article that was opened from it, if one was.
export function leaveList(id = null) {
  if (!list.hidden) place = { top: list.offsetParent ? scrollY : place.top, id };
  list.hidden = true;
}

function choices({ sources, tags }) {
  for (const [select, names] of [[source, sources], [tag, tags]]) {
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...names.map((name) => make("option", { value: name }, name)));
    select.value = names.includes(chosen) ? chosen : "";
  }
  tag.hidden = !tags.length;
  document.querySelector("#known-tags").replaceChildren(...tags.map((value) => make("option", { value })));
}

function draw(told = "") {
  const articles = shown.articles.filter(({ id }) => !isLeaving(id));
  const found = shown.found - (shown.articles.length - articles.length);
  const total = shown.total - leavingNumber("articles-changed");
  fresh.hidden = !added;
  fresh.querySelector("span").textContent = added && t("list.fresh", { day: longDate(added) });
  table.hidden = !articles.length;
  table.tBodies[0].replaceChildren(...articles.map(row));
  offer(articles, found, wanted());
  more.hidden = !shown.next;
  const { key, descending } = sorting ?? (box.value.trim() ? {} : FIRST);
  for (const button of table.querySelectorAll("[data-key]")) {
    const order = descending ? "descending" : "ascending";
    button.parentElement.setAttribute("aria-sort", button.dataset.key === key ? order : "none");
  }
  const isEmpty = !found && box.value.trim();
  asks.hidden = !isEmpty;
  if (isEmpty) asks.textContent = t("list.ask", { question: box.value.trim() });
  const all = counted("articles", total);
  const some = found < total ? t("list.of", { n: found, total: all }) : all;
  const said = total ? some : t("list.empty");
  status.textContent = told ? `${told} ${said}` : said;
}

// What no article holds may still be a question that they answer.
function askIt() {
  const question = box.value.trim();
  location.hash = "#/";
  askAll(question);
}

form.addEventListener("input", ({ target }) => {
  since.max = until.value;
  until.min = since.value;
  clearTimeout(typing);
  typing = setTimeout(load, target === box ? PAUSE : 0);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(typing);
  await load();
  if (!asks.hidden) askIt();
});
asks.addEventListener("click", askIt);

fresh.querySelector("button").addEventListener("click", () => {
  added = "";
  load();
  box.focus();
});

more.addEventListener("click", async () => {
  const next = table.tBodies[0].rows.length;
  await load("", shown.next);
  table.tBodies[0].rows[next]?.querySelector("th a").focus();
});

table.tHead.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-key]")?.dataset.key;
  if (!key) return;
  const first = ["published_at", "passages"].includes(key); // newest and longest first
  const { key: now, descending } = sorting ?? (box.value.trim() ? {} : FIRST);
  sorting = { key, descending: now === key ? !descending : first };
  load();
});

table.tBodies[0].addEventListener("click", (event) => {
  if (event.target.closest("a, .pick") || getSelection().toString()) return;
  event.target.closest("tr")?.querySelector("th a").click();
});

// To the row that was opened, where the list was left.
function back() {
  const link = place.id && table.querySelector(`a[href="${CSS.escape(readerLink(place.id, "").hash)}"]`);
  scrollTo(0, place.top);
  link?.focus({ preventScroll: true });
  place.id = null;
}

document.addEventListener("articles-changed", async ({ detail: { told, anew } }) => {
  if (anew) await changed(told);
  else draw();
  if (document.activeElement === document.body) list.querySelector("h1").focus();
});

// The Articles view: a table of the articles with search, sort and filters.

import { all } from "./library.js";
import { isLeaving } from "./removing.js";
import { counted, longDate, t } from "./texts.js";
import { call, foreign, make, readerLink, whenThere } from "./tools.js";

const AT_ONCE = 200; // rows; more on demand
const RETRY = 1000; // ms, while the models are being loaded
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

await whenThere("#shelf .reader");
const [list, table] = ["#shelf .list", "#shelf table"].map((selector) => document.querySelector(selector));
const status = list.querySelector(".find [role=status]");
const [box, source, since, until] = ["", "-source", "-since", "-until"].map((n) => list.querySelector(`#find${n}`));
const [more, fresh] = [".more", ".fresh"].map((selector) => list.querySelector(selector));
let articles = null;
let sorting = { key: "published_at", descending: true };
let most = AT_ONCE;
let added = ""; // only what came after this time
let place = { top: 0, id: null }; // where the list was left

export const titleOf = (id) => articles?.find((article) => article.id === id)?.title || id;

// Show the list, read anew where it changed; `told` is said in place of the count.
async function reload(told = "", anew = false) {
  try {
    articles = await all(anew);
    for (const article of articles) {
      const { title, source, author, published_at: day } = article;
      article.folded ??= fold([title, source, author, day, day && longDate(day)].filter(Boolean).join(" "));
    }
    offerSources();
    draw(told);
  } catch (error) {
    status.textContent = error.status === 503 ? t("list.wait", { problem: error.message }) : error.message;
    if (error.status === 503) setTimeout(reload, RETRY);
  }
}

// What was added or removed changes what the Ask view says of the library, too.
export function changed(told) {
  call("refresh");
  return reload(told, true);
}

export async function showList(filters) {
  list.hidden = false;
  if (filters) choose(filters);
  await reload();
  back();
}

// Only what an address asks for: in place of all that was chosen before.
function choose({ find = "", source: name = "", since: first = "", until: last = "", added: time = "" }) {
  if (name) source.append(make("option", { value: name }, name)); // until the articles are there
  for (const [field, value] of [[box, find], [source, name], [since, first], [until, last]]) field.value = value;
  added = time;
  most = AT_ONCE;
}

// The list is hidden; `id` is the article that was opened from it, if one was.
export function leaveList(id = null) {
  if (!list.hidden) place = { top: list.offsetParent ? scrollY : place.top, id };
  list.hidden = true;
}

function offerSources() {
  const known = new Set(articles.map((article) => article.source).filter(Boolean));
  const options = [...known].sort(collator.compare).map((name) => make("option", { value: name }, name));
  const chosen = source.value;
  source.replaceChildren(source.options[0], ...options);
  source.value = known.has(chosen) ? chosen : "";
}

function draw(told = "") {
  const words = fold(box.value).split(/\s+/).filter(Boolean);
  const there = articles.filter(({ id }) => !isLeaving(id));
  const found = there.filter((article) => {
    const day = article.published_at?.slice(0, 10);
    const fits = !source.value || article.source === source.value;
    const inTime = (!since.value || day >= since.value) && (!until.value || day <= until.value);
    return fits && inTime && (!added || article.added_at > added) && words.every((word) => article.folded.includes(word));
  });
  found.sort(compare);
  fresh.hidden = !added;
  fresh.querySelector("span").textContent = added && t("list.fresh", { day: longDate(added) });
  table.hidden = !found.length;
  table.tBodies[0].replaceChildren(...found.slice(0, most).map(row));
  more.hidden = found.length <= most;
  for (const button of table.querySelectorAll("[data-key]")) {
    const order = sorting.descending ? "descending" : "ascending";
    button.parentElement.setAttribute("aria-sort", button.dataset.key === sorting.key ? order : "none");
  }
  const total = counted("articles", there.length);
  const some = found.length < there.length ? t("list.of", { n: found.length, total }) : total;
  const said = there.length ? some : t("list.empty");
  status.textContent = told ? `${told} ${said}` : said;
}

// What has no such fact comes last, either way round.
function compare(a, b) {
  const [left, right] = [a[sorting.key] ?? "", b[sorting.key] ?? ""];
  if (left === "" || right === "") return (left === "") - (right === "") || collator.compare(a.title, b.title);
  const order = typeof left === "number" ? left - right : collator.compare(left, right);
  return (sorting.descending ? -order : order) || collator.compare(a.title, b.title);
}

const told = (notes) => make("span", { className: "noted" }, counted("noted", notes.length));

function row({ id, title, source, author, published_at: day, passages, notes }) {
  const cell = (className, ...children) => make("td", { className }, ...children);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, readerLink(id, title || id), ...(notes.length ? [told(notes)] : [])),
    cell("source", foreign(source ?? "")),
    cell("author", foreign(author ?? "")),
    cell("date", ...(day ? [make("time", { dateTime: day }, longDate(day, "medium"))] : [])),
    cell("number", make("span", {}, String(passages)), make("span", { className: "counted" }, counted("passages", passages))),
  );
}

for (const field of [box, source, since, until]) {
  field.addEventListener("input", () => {
    most = AT_ONCE;
    since.max = until.value;
    until.min = since.value;
    if (articles) draw();
  });
}
list.querySelector(".find").addEventListener("submit", (event) => event.preventDefault());

fresh.querySelector("button").addEventListener("click", () => {
  added = "";
  draw();
  box.focus();
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

// To the row that was opened, where the list was left.
function back() {
  const link = place.id && table.querySelector(`a[href="${CSS.escape(readerLink(place.id, "").hash)}"]`);
  scrollTo(0, place.top);
  link?.focus({ preventScroll: true });
  place.id = null;
}

document.addEventListener("articles-changed", async ({ detail: { told, anew } }) => {
  await (anew ? changed(told) : reload());
  if (document.activeElement === document.body) list.querySelector("h1").focus();
});

// One article whole, with its facts and the words that this conversation quotes: a page of its own, or beside the chat.

import { tagLink } from "./rows.js";
import { onlyArticle } from "./narrow.js";
import { laidOut, offsets, plain } from "./passages.js";
import { removeSoon } from "./removing.js";
import { hideSummary, showSummary } from "./summary.js";
import { counted, languageName, longDate, t } from "./texts.js";
import { articlePath, ask, foreign, make, readerLink, stillMotion, webAddress, whenThere } from "./tools.js";

const reader = await whenThere("#shelf .reader");
const part = (selector) => reader.querySelector(selector);
const [title, facts, noted, same, cited, text] = ["h1", ".facts", ".noted", ".same", ".cited", ".text"].map(part);
const [asks, remove, tags] = [".asks", ".remove", ".tags"].map(part);
const narrowScreen = matchMedia("(width < 60rem)");
let open = null; // the id of the article that is shown

export async function openReader(id, place, isPanel) {
  const known = open === id && text.childElementCount;
  open = id;
  reader.hidden = false;
  document.documentElement.toggleAttribute("data-reading", isPanel);
  coverOthers();
  if (!known) {
    hideSummary();
    for (const element of [title, facts, noted, same, cited, text]) element.replaceChildren();
    for (const element of [noted, same, cited, asks, remove, tags]) element.hidden = true;
  }
  try {
    const [article, layout] = await Promise.all([ask(articlePath(id)), ask(`${articlePath(id)}/layout`)]);
    if (open !== id) return;
    fill(article, layout, place);
    showSummary(article, layout.sha256 === article.sha256 ? layout.elements : [], isPanel);
  } catch (error) {
    if (open === id) title.textContent = error.message;
  }
  if (open === id) show(isPanel);
}

export function closeReader() {
  open = null;
  hideSummary();
  reader.hidden = true;
  document.documentElement.removeAttribute("data-reading");
  coverOthers();
}

function show(isPanel) {
  const chosen = part("mark.chosen");
  (chosen ?? title).focus({ preventScroll: true });
  if (chosen) chosen.scrollIntoView({ behavior: stillMotion() ? "auto" : "smooth", block: "center" });
  else (isPanel ? reader : window).scrollTo(0, 0);
}

// Over a narrow screen the panel is all there is, for the keyboard too.
function coverOthers() {
  const covered = document.documentElement.hasAttribute("data-reading") && narrowScreen.matches;
  const shelf = document.querySelector("#shelf");
  for (const other of shelf.parentElement.children) other.inert = covered && other !== shelf;
}

narrowScreen.addEventListener("change", coverOthers);

function fill(article, layout, place) {
  const { source, author, published_at: day, updated_at: updated, language, url } = article;
  const original = url && webAddress(url);
  const told = [
    source && foreign(source),
    author && foreign(author),
    day && make("time", { dateTime: day }, longDate(day)),
    updated && make("time", { dateTime: updated }, t("reader.updated", { day: longDate(updated) })),
    language && make("span", {}, languageName(language)),
    make("span", {}, counted("passages", article.passages)),
    original && originalLink(original),
  ];
  title.textContent = article.title;
  facts.replaceChildren(...told.filter(Boolean));
  noted.hidden = !article.notes.length;
  noted.textContent = t("noted", { notes: article.notes.join(" · ") });
  const ranges = quoted(article, place);
  const isChosen = ranges.some(({ chosen }) => chosen);
  text.replaceChildren(...(layout.sha256 === article.sha256 ? laidOut(layout.elements, article, ranges) : []));
  const isShown = text.childElementCount && (!isChosen || part("mark.chosen"));
  if (!isShown) text.replaceChildren(...plain(article.text, ranges)); // the quote is of what a layout leaves out
  const changed = place && !isChosen;
  cited.hidden = !ranges.some(({ quote }) => quote !== undefined) && !changed;
  cited.textContent = t(changed ? "reader.changed" : "reader.cited");
  tags.hidden = !article.tags.length;
  tags.replaceChildren(...article.tags.map(tagLink));
  const copies = article.same_story;
  same.hidden = !copies.length;
  same.replaceChildren(t("reader.same"), ...copies.flatMap((a, i) => [i ? ", " : "", readerLink(a.id, a.title)]));
  asks.hidden = remove.hidden = false;
}

// The ranges that answers of this conversation quote, where the text still says so, and the one that was chosen.
function quoted({ id, text }, place) {
  const at = offsets(text);
  const ranges = [...document.querySelectorAll("a.mark")]
    .filter(({ dataset }) => dataset.article === id)
    .map(({ dataset }) => ({ start: at(+dataset.start), end: at(+dataset.end), quote: dataset.quote }));
  if (place) {
    const [start, end] = place.map(at);
    const known = ranges.filter((range) => range.start === start && range.end === end);
    for (const range of known) range.chosen = true;
    if (!known.length && start < end && end <= text.length) ranges.push({ start, end, chosen: true });
  }
  return ranges.filter(({ start, end, quote }) => quote === undefined || text.slice(start, end) === quote);
}

function originalLink(href) {
  const arrow = make("span", { className: "away", ariaHidden: "true" }, "↗");
  return make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, t("original"), arrow);
}

asks.addEventListener("click", () => {
  const [id, name] = [open, title.textContent];
  location.hash = "#/";
  addEventListener("hashchange", () => onlyArticle(id, name), { once: true });
});

remove.addEventListener("click", () => {
  removeSoon({ id: open, title: title.textContent, path: articlePath(open), changed: "articles-changed" });
  location.hash = "#/articles";
});

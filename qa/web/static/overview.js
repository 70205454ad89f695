// How the Ask view greets: how far the models are, what this library holds, what is new in it, and what can be asked.

import { askAll, onlyArticle } from "./narrow.js";
import { counted, longDate, t, words } from "./texts.js";
import { ask, foreign, make, whenThere } from "./tools.js";

const POLL = 500; // ms, while the models are being loaded or topics are found
const MOST_FRESH = 1000; // as the server counts
const VISIT = "article-qa-visit"; // the server's time when this browser was here last
const QUESTIONS = 4;
const part = (selector) => document.querySelector(`#intro ${selector}`);
const list = (filters) => `#/articles?${new URLSearchParams(filters)}`;
const link = (href, ...children) => make("a", { href }, ...children);

// The visit before this one: it stays the same for as long as the tab is open.
const since = sessionStorage.getItem(VISIT) ?? localStorage.getItem(VISIT);
if (since) sessionStorage.setItem(VISIT, since);

let overview = null;
let timer = 0;
let prepared = null; // questions that articles are known to answer, once they were asked for

async function look() {
  try {
    overview = await ask(`api/overview${since ? `?${new URLSearchParams({ since })}` : ""}`);
  } catch (error) {
    const failed = part(".failed");
    if (failed) failed.hidden = false;
    if (failed) failed.querySelector(".problem").textContent = error.message;
    return;
  }
  localStorage.setItem(VISIT, overview.now);
  draw();
  const { problem, step, topics } = overview;
  clearTimeout(timer);
  if ((step && !problem) || !topics) timer = setTimeout(look, POLL);
  if (!step && !prepared?.length) offerQuestions();
}

async function offerQuestions() {
  prepared = await ask(`api/questions?n=${QUESTIONS}`).catch(() => []);
  draw();
}

function draw() {
  const { articles, problem, step, topics } = overview;
  if (!part(".holds")) return; // a question was asked
  part(".holds").dataset.drawn = "";
  part(".progress").hidden = !step || problem;
  part(".progress").textContent = step ? t("starting", { step: words[`step.${step}`] ?? step }) : "";
  part(".failed").hidden = part(".failed .models").hidden = !problem;
  part(".failed .problem").textContent = problem ? t("failed", { problem }) : "";
  part(".empty").hidden = Boolean(articles);
  part(".holds").hidden = part(".failed .still").hidden = !articles;
  part(".asks").hidden = !articles || problem;
  part(".holds .facts").replaceChildren(...facts());
  show("topics", (topics ?? []).map(({ name }) => link(list({ find: name }), foreign(name))));
  show("sources", sources());
  drawAsks();
}

function facts() {
  const { articles, all_sources: named, first_day: first, last_day: last, fresh } = overview;
  const days = first === last ? longDate(first ?? "") : `${longDate(first)} – ${longDate(last)}`;
  const many = fresh > MOST_FRESH;
  const news = many ? t("holds.beyond", { n: MOST_FRESH.toLocaleString() }) : fresh && counted("holds.fresh", fresh);
  const told = [
    link("#/articles", counted("articles", articles)),
    named && counted("sources", named),
    first && link(list({ since: first, until: last }), days),
    fresh && link(list({ added: since }), news),
  ];
  return told.filter(Boolean).map((fact) => make("span", {}, fact));
}

function sources() {
  const { sources: largest, all_sources: all } = overview;
  const named = largest.map(({ name, articles }) => {
    const number = make("span", { className: "count" }, articles.toLocaleString());
    return link(list({ source: name }), foreign(name), " ", number);
  });
  const more = all - largest.length;
  return more > 0 ? [...named, link("#/articles", counted("holds.more", more))] : named;
}

function show(name, links) {
  const row = part(`.holds [data-of="${name}"]`);
  row.hidden = !links.length;
  row.querySelector("dd").replaceChildren(...links);
}

// Questions that articles answer; until there are some, the newest articles to ask about.
function drawAsks() {
  const questions = prepared?.length ? prepared.map(({ question }) => question) : overview.examples;
  const asked = questions.map((question) => button(question, () => askAll(question)));
  const about = overview.newest.map(({ id, title }) => button(title || id, () => onlyArticle(id, title || id)));
  part(".asks h2").textContent = t(asked.length ? "asks.questions" : "asks.about");
  part(".asks ul").replaceChildren(...(asked.length ? asked : about).map((one) => make("li", {}, one)));
}

function button(text, act) {
  const made = make("button", { type: "button", className: "example", dir: "auto" }, text);
  made.addEventListener("click", act);
  return made;
}

// To the field that a link of the empty library means, once the view is there.
document.addEventListener("click", ({ target }) => {
  const to = target.closest?.("#intro [data-to]")?.dataset.to;
  if (to) setTimeout(() => document.querySelector(to)?.focus(), 100);
});

// What was added or removed changes what the library holds; a new conversation brings the greeting back, still empty.
document.addEventListener("page-refresh", look);
new MutationObserver(() => {
  if (overview && part(".holds:not([data-drawn])")) draw();
}).observe(document.body, { childList: true, subtree: true });

await whenThere("#intro .holds");
look();

// What restricts the question: chosen in a form, shown as chips, and sent along with it, as is how long an answer is
// wanted, which the browser remembers.

import { facets } from "./library.js";
import { beside, call, chip, make, tell, whenThere } from "./tools.js";
import { longDate, t } from "./texts.js";

const part = await whenThere("#narrow .chips");
const form = document.querySelector("#narrow-form");
const open = document.querySelector("#narrow .open");
const length = document.querySelector("#narrow .length");
const KEYS = ["article_id", "source", "tag", "since", "until"];
const LENGTH = "article-qa-length";
let chosen = {};
let once = {}; // what is asked for with this one question

export const question = () => document.querySelector("#question textarea");

export function narrow(choice, thisOnce = {}) {
  chosen = Object.fromEntries(Object.entries(choice).filter(([, value]) => value));
  once = thisOnce;
  sendAlong();
  part.replaceChildren(...KEYS.filter((key) => chosen[key]).map(chipOf));
  for (const name of ["source", "tag"]) offer(form[name], chosen[name]);
  for (const name of ["source", "tag", "since", "until"]) form[name].value = chosen[name] ?? "";
  form.since.max = chosen.until ?? "";
  form.until.min = chosen.since ?? "";
}

// As the server reads it: a restriction with the length that is chosen and, in place of that, what is asked for `once`.
export function narrowing(restriction, once) {
  const wanted = { ...restriction, ...(length.value !== "normal" && { length: length.value }), ...once };
  return Object.keys(wanted).length ? JSON.stringify(wanted) : "";
}

const sendAlong = () => call("narrow", narrowing(chosen, once));

// A question to all articles, whatever restricted the last one.
export function askAll(question) {
  narrow({});
  call("ask", { question, narrowed: narrowing({}) });
}

export function onlyArticle(id, title) {
  narrow({ article_id: id, title });
  question().focus();
}

function chipOf(key) {
  const value = key === "article_id" ? chosen.title || chosen.article_id : chosen[key];
  const text = key === "article_id" ? t("chip.article", { value }) : t(`chip.${key}`, { value: day(key, value) });
  return chip(text, t("chip.remove", { chip: text }), () => {
    narrow({ ...chosen, [key]: "", ...(key === "article_id" && { title: "" }) });
    tell(t("narrow.none"));
    question().focus();
  });
}

const day = (key, value) => (["source", "tag"].includes(key) ? value : longDate(value));

// A source or a tag is in its list even where its articles are gone.
function offer(select, name) {
  const known = [...select.options].some((option) => option.value === (name ?? ""));
  if (!known) select.append(make("option", { value: name }, name));
}

form.addEventListener("toggle", async ({ newState }) => {
  open.setAttribute("aria-expanded", newState === "open");
  if (newState !== "open") return;
  beside(form, open, document.querySelector("#question"));
  try {
    const { sources, tags } = await facets();
    for (const name of sources) offer(form.source, name);
    for (const name of tags) offer(form.tag, name);
    form.tag.parentElement.hidden = !tags.length && !chosen.tag;
    for (const name of ["source", "tag"]) form[name].value = chosen[name] ?? "";
  } catch (error) {
    tell(error.message);
  }
});
form.addEventListener("change", () => {
  const { source, tag, since, until } = form;
  narrow({ ...chosen, source: source.value, tag: tag.value, since: since.value, until: until.value });
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.hidePopover();
  question().focus();
});

length.value = localStorage.getItem(LENGTH) ?? "normal";
if (!length.value) length.value = "normal";
sendAlong();
length.addEventListener("change", () => {
  localStorage.setItem(LENGTH, length.value);
  sendAlong();
});
document.addEventListener("input", ({ target }) => {
  if (target !== question()) return;
  once = {}; // it is another question now
  sendAlong();
});

// One article whole, with its facts; from here it can be removed.

import { ask, counted, longDate, make, readerLink, webAddress, whenThere } from "./tools.js";

const reader = await whenThere("#shelf .reader");
const part = (selector) => reader.querySelector(selector);
const [title, facts, same, text, status] = ["h1", ".facts", ".same", ".text", "[role=status]"].map(part);
const [remove, keep, really] = [".remove", ".keep", ".really"].map(part);
let open = null; // the id of the article that is shown

export async function openReader(id, articles) {
  open = id;
  for (const element of [title, facts, same, text, status]) element.replaceChildren();
  sure(false);
  reader.hidden = false;
  remove.hidden = same.hidden = true;
  try {
    articles ??= await ask("api/articles");
    const article = await ask(path(id));
    if (open === id) fill(article, articles);
  } catch (error) {
    if (open === id) title.textContent = error.message;
  }
  title.focus({ preventScroll: true });
}

export function closeReader() {
  open = null;
  reader.hidden = true;
}

const path = (id) => `api/articles/${encodeURIComponent(id)}`;

function fill(article, articles) {
  const info = articles.find(({ id }) => id === article.id);
  const { source, author, published_at: day, updated_at: updated, language, url } = article;
  title.textContent = article.title;
  const original = url && webAddress(url);
  const told = [
    source,
    author,
    day && make("time", { dateTime: day }, longDate(day)),
    updated && make("time", { dateTime: updated }, `updated ${longDate(updated)}`),
    language && nameOf(language),
    info && counted(info.passages, "passage"),
  ];
  facts.append(...told.filter(Boolean).map((fact) => make("span", {}, fact)));
  if (original) facts.append(originalLink(original));
  text.append(...blocks(article));
  const copies = info?.story ? articles.filter((a) => a.story === info.story && a.id !== info.id) : [];
  same.hidden = !copies.length;
  same.append("The same story: ", ...copies.flatMap((a, i) => [i ? ", " : "", readerLink(a.id, a.title)]));
  remove.hidden = false;
}

function originalLink(href) {
  const arrow = make("span", { className: "away", ariaHidden: "true" }, "↗");
  return make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, "Original", arrow);
}

function nameOf(language) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(language);
  } catch {
    return language;
  }
}

// Paragraphs and Markdown headings; a heading that only repeats the title is left out.
function* blocks(article) {
  for (const block of article.text.split(/\n{2,}/)) {
    const [, marks, heading, rest] = block.match(/^(#{1,6}) +([^\n]*)\n?([^]*)$/) ?? [null, "", "", block];
    if (heading && heading.trim() !== article.title) yield make(marks.length < 3 ? "h2" : "h3", {}, heading);
    if (rest.trim()) yield make("p", {}, rest);
  }
}

function sure(asked) {
  remove.hidden = asked;
  keep.hidden = really.hidden = !asked;
  status.textContent = asked ? "It is taken out of the library; the file or page it came from is left alone." : "";
}

remove.addEventListener("click", () => {
  sure(true);
  keep.focus();
});

keep.addEventListener("click", () => {
  sure(false);
  remove.focus();
});

reader.querySelector("footer").addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !keep.hidden) keep.click();
});

really.addEventListener("click", async () => {
  const id = open;
  really.disabled = true;
  try {
    await ask(path(id), { method: "DELETE" });
    document.dispatchEvent(new CustomEvent("article-removed", { detail: title.textContent }));
  } catch (error) {
    status.textContent = error.message;
  }
  really.disabled = false;
});

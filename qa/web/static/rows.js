// One row of the table of articles, with its box to be chosen by, its tags, and the sentence that was found in its text.

import { isPicked } from "./selection.js";
import { counted, longDate, t } from "./texts.js";
import { foreign, make, readerLink } from "./tools.js";
import { offsets } from "./passages.js";

export const tagLink = (tag) =>
  make("a", { className: "tag", href: `#/articles?${new URLSearchParams({ tag })}`, dir: "auto" }, tag);

const told = (notes) => make("span", { className: "noted" }, counted("noted", notes.length));

export function row({ id, title, source, author, published_at: day, passages, notes, tags, hit }) {
  const cell = (className, ...children) => make("td", { className }, ...children);
  const box = make("input", { type: "checkbox", checked: isPicked(id), ariaLabel: t("pick.one", { title: title || id }) });
  const head = make("th", { scope: "row" }, readerLink(id, title || id), ...(notes.length ? [told(notes)] : []));
  if (tags.length) head.append(make("span", { className: "tags" }, ...tags.map(tagLink)));
  if (hit) head.append(sentence(id, hit));
  const made = make(
    "tr",
    {},
    cell("pick", make("label", {}, box)),
    head,
    cell("source", foreign(source ?? "")),
    cell("author", foreign(author ?? "")),
    cell("date", ...(day ? [make("time", { dateTime: day }, longDate(day, "medium"))] : [])),
    cell("number", make("span", {}, String(passages)), make("span", { className: "counted" }, counted("passages", passages))),
  );
  made.dataset.id = id;
  return made;
}

// The sentence leads to its place in the article.
function sentence(id, { text, start, end, marks }) {
  const at = offsets(text);
  const parts = [];
  let done = 0;
  for (const [from, to] of marks.map((mark) => mark.map(at))) {
    parts.push(text.slice(done, from), make("mark", {}, text.slice(from, to)));
    done = to;
  }
  const link = readerLink(id, "");
  link.href = `${link.hash}/${start}-${end}`;
  link.className = "hit";
  link.append(...parts, text.slice(done));
  return link;
}

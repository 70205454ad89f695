// The text of an article as the server laid it out, with ranges of it marked. Offsets count characters as Python does.

import { t } from "./texts.js";
import { make } from "./tools.js";

// What becomes of each kind of element; of any other only the words are shown.
const TAGS = {
  lines: "p",
  paragraph: "p",
  list: "ul",
  item: "li",
  quote: "blockquote",
  head: "tr",
  row: "tr",
  rule: "hr",
  break: "br",
  emphasis: "em",
  strong: "strong",
  struck: "s",
  literal: "code",
  raised: "sup",
};
const EMPTY = ["hr", "br"];

// Where a character stands in a string of UTF-16, which counts some as two.
export function offsets(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (n) => n;
  const starts = [0];
  for (const char of text) starts.push(starts.at(-1) + char.length);
  return (n) => starts[Math.min(n, starts.length - 1)];
}

// A heading that only repeats the title is left out, unless it is marked.
export function laidOut(elements, { text, title }, ranges) {
  const page = new Layout(text, ranges);
  return elements.flatMap((element) => {
    const node = page.node(element);
    const repeats = element.kind === "heading" && node.textContent.trim() === title && !node.querySelector("mark");
    return repeats ? [] : [node];
  });
}

// The text as it is.
export const plain = (text, ranges) => [make("p", { className: "lines", dir: "auto" }, ...new Layout(text, ranges).cut(0, text.length))];

// How a stretch of the text is read, without its markup.
export function wordsOf(elements, text, start, end) {
  const at = offsets(text);
  const [from, to] = [at(start), at(end)];
  const read = (part) => {
    if (part.kind) return part.kind === "break" ? " " : part.parts.map(read).join("");
    const [first, last] = [Math.max(from, at(part.start)), Math.min(to, at(part.end))];
    return first < last ? (part.text ?? text.slice(first, last)) : "";
  };
  return elements.map(read).join("").replace(/\s+/g, " ").trim();
}

class Layout {
  constructor(text, ranges) {
    this.text = text;
    this.ranges = ranges;
    this.at = offsets(text);
  }

  nodes(parts, cell) {
    return parts.flatMap((part) => (part.kind ? this.node(part, cell) : this.words(part)));
  }

  node({ kind, parts, address, number }, cell = "td") {
    const inner = this.nodes(parts, kind === "head" ? "th" : "td");
    switch (kind) {
      case "heading":
        return make(number < 3 ? "h2" : number < 4 ? "h3" : "h4", { dir: "auto" }, ...inner);
      case "numbered":
        return make("ol", { start: Number(number) }, ...inner);
      case "code":
        return make("pre", { tabIndex: 0, dir: "ltr" }, ...inner);
      case "table":
        return this.table(parts, inner);
      case "cell":
        return make(cell, { dir: "auto", ...(cell === "th" && { scope: "col" }) }, ...inner);
      case "link":
      case "image":
        return make("span", { className: kind }, ...inner, ...place(address, inner));
      case "note":
        return make("div", { className: "footnote" }, make("sup", {}, number), make("div", {}, ...inner));
    }
    const tag = TAGS[kind] ?? "span";
    const isBlock = ["p", "li", "blockquote"].includes(tag);
    return EMPTY.includes(tag) ? make(tag) : make(tag, { className: kind, ...(isBlock && { dir: "auto" }) }, ...inner);
  }

  // What is wider than the page is scrolled within it, by keyboard too.
  table(parts, rows) {
    const head = rows.filter((_, i) => parts[i].kind === "head");
    const body = rows.filter((_, i) => parts[i].kind !== "head");
    const table = make("table", {}, make("thead", {}, ...head), make("tbody", {}, ...body));
    return make("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: t("reader.table") }, table);
  }

  words({ start, end, text }) {
    [start, end] = [this.at(start), this.at(end)];
    return text === null ? this.cut(start, end) : this.marked(text, this.over(start, end));
  }

  over = (start, end) => this.ranges.filter((range) => range.start < end && range.end > start);

  // The words of a stretch, cut where ranges begin or end.
  cut(start, end) {
    const inside = this.over(start, end).flatMap((range) => [range.start, range.end]);
    const edges = [...new Set([start, ...inside.filter((edge) => edge > start && edge < end), end])].sort((a, b) => a - b);
    return edges.slice(1).flatMap((edge, i) => this.marked(this.text.slice(edges[i], edge), this.over(edges[i], edge)));
  }

  marked(words, over) {
    if (!over.length) return [words];
    const chosen = over.some((range) => range.chosen);
    return [make("mark", { className: chosen ? "chosen" : "", ...(chosen && { tabIndex: -1 }) }, words)];
  }
}

// The address of a link beside its words, as text: who wants to go there copies it.
function place(address, inner) {
  const said = inner.map((node) => node.textContent ?? node).join("");
  if (!address || address.startsWith("#") || [address, address.replace(/^mailto:/, "")].includes(said)) return [];
  return [" ", make("span", { className: "address", dir: "ltr" }, `(${address})`)];
}

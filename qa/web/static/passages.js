// The text of an article as paragraphs and headings, with ranges of it marked. Offsets count characters as Python does.

import { make } from "./tools.js";

// Where a character stands in a string of UTF-16, which counts some as two.
export function offsets(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (n) => n;
  const starts = [0];
  for (const char of text) starts.push(starts.at(-1) + char.length);
  return (n) => starts[Math.min(n, starts.length - 1)];
}

// Paragraphs and Markdown headings; a heading that only repeats the title is left out, unless it is marked.
export function* blocks({ text, title }, ranges) {
  let start = 0;
  for (const block of text.split(/(\n{2,})/)) {
    const [whole, marks, heading] = block.match(/^(#{1,6}) +([^\n]*)\n?/) ?? [""];
    const head = start + (whole ? whole.indexOf(heading, marks.length) : 0);
    if (heading) {
      const shown = heading.trim() !== title || ranges.some((r) => r.start < head + heading.length && r.end > head);
      if (shown) yield piece(marks.length < 3 ? "h2" : "h3", heading, head, ranges);
    }
    const rest = block.slice(whole.length);
    if (rest.trim()) yield piece("p", rest, start + whole.length, ranges);
    start += block.length;
  }
}

function piece(tag, text, start, ranges) {
  const inside = ranges.filter((range) => range.start < start + text.length && range.end > start);
  const cut = (at) => Math.max(0, Math.min(text.length, at - start));
  const edges = [...new Set([0, text.length, ...inside.flatMap((r) => [cut(r.start), cut(r.end)])])].sort((a, b) => a - b);
  const parts = edges.slice(1).map((end, i) => {
    const over = inside.filter((range) => range.start < start + end && range.end > start + edges[i]);
    const words = text.slice(edges[i], end);
    if (!over.length) return words;
    const chosen = over.some((range) => range.chosen);
    return make("mark", { className: chosen ? "chosen" : "", ...(chosen && { tabIndex: -1 }) }, words);
  });
  return make(tag, { dir: "auto" }, ...parts);
}

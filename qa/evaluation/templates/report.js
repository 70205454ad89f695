"use strict";
// Everything from articles and models becomes text nodes only.
const { questions, passages } = JSON.parse(document.getElementById("data").textContent);
const NAMES = { "": "all", wrong: "wrong", refused: "refused", incomplete: "facts missing", uncited: "no quote from the evidence", missed: "not found", better: "better", worse: "worse" };

function element(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

function state(q) {
  if (!q.status) return q.answerable ? (q.rank ? `rank ${q.rank}` : "not found") : "no answer";
  const refused = q.status === "refused";
  if (refused) return q.answerable ? "refused" : "rejected";
  if (q.answerable && !q.answers.length) return q.flags.includes("incomplete") ? "incomplete" : "complete";
  return q.flags.includes("wrong") ? "wrong" : "right";
}

const CLASSES = { right: "right", complete: "right", incomplete: "refused", rejected: "right", wrong: "wrong", "not found": "wrong", refused: "refused" };

// The text cut where a mark begins or ends, so that marks may overlap.
function marked(text, marks) {
  const cuts = [...new Set([0, text.length, ...marks.flatMap((m) => [m.start, m.end])])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const names = marks.filter((m) => m.start <= cuts[i] && end <= m.end).map((m) => m.name);
    const piece = text.slice(cuts[i], end);
    return names.length ? element("mark", [...new Set(names)].join(" "), piece) : piece;
  });
}

function marksOf(q, passage) {
  const own = [...passage.text];
  const unit = (at) => own.slice(0, at).join("").length; // offsets count characters, JavaScript counts UTF-16 units
  const gold = q.evidence
    .filter((e) => e.article_id === passage.article_id && passage.text.includes(e.text))
    .map((e) => ({ name: "gold", start: passage.text.indexOf(e.text), end: passage.text.indexOf(e.text) + e.text.length }));
  const quotes = (q.citations || [])
    .filter((c) => c.article_id === passage.article_id && c.start >= passage.start && c.end <= passage.end)
    .map((c) => ({ name: "quote", start: unit(c.start - passage.start), end: unit(c.end - passage.start) }));
  return [...gold, ...quotes];
}

function body(q) {
  const facts = element("dl");
  const add = (name, value) => value && facts.append(element("dt", "", name), element("dd", "", value));
  add("accepted", q.answerable ? q.answers.join(" · ") : "nothing in the articles answers it");
  add("facts", q.facts.map((fact) => `${q.status ? (fact.stated ? "✓ " : "✗ ") : ""}${fact.text}`).join(" · "));
  add("asked on", q.as_of);
  add("answer", q.text);
  add("confidence", q.confidence === undefined ? "" : q.confidence.toFixed(2));
  add("evidence", q.evidence.map((e) => `${e.article_id}: “${e.text}”`).join("\n"));
  add("rank", q.answerable && (q.rank || q.flags.includes("missed")) ? (q.rank ? `${q.rank}` : "not among those found") : "");
  const found = q.passages.map(([at, score], i) => {
    const passage = passages[at];
    const marks = marksOf(q, passage);
    const cited = (q.citations || []).filter((c) => c.article_id === passage.article_id && c.start >= passage.start && c.end <= passage.end);
    const labels = [passage.title, passage.source, passage.published_at, score.toFixed(2), cited.map((c) => `[${c.number}]`).join(" ")];
    const heading = element("h3", "", `${i + 1}. ${labels.filter(Boolean).join(" · ")}`);
    return element("article", "", heading, element("p", "", ...marked(passage.text, marks)));
  });
  return element("div", "body", facts, ...found);
}

const rows = questions.map((q) => {
  const name = state(q);
  const facts = [q.type, name.startsWith("rank") ? "" : q.rank && `rank ${q.rank}`, `${(q.milliseconds / 1000).toFixed(1)} s`];
  const row = element("details", "", element("summary", "",
    element("span", `state ${CLASSES[name] || ""}`, name),
    element("span", "question", q.question),
    element("span", "facts", facts.filter(Boolean).join(" · "))));
  row.addEventListener("toggle", () => row.open && row.children.length === 1 && row.append(body(q)));
  return row;
});
document.getElementById("list").append(...rows);

const flags = document.getElementById("flags");
for (const [flag, name] of Object.entries(NAMES)) {
  const count = flag ? questions.filter((q) => q.flags.includes(flag)).length : questions.length;
  if (!count) continue;
  const input = element("input");
  Object.assign(input, { type: "radio", name: "flag", value: flag, checked: !flag });
  flags.append(element("label", "", input, `${name} ${count}`));
}
const type = document.getElementById("type");
type.append(new Option("all", ""), ...[...new Set(questions.map((q) => q.type).filter(Boolean))].map((t) => new Option(t, t)));
type.parentElement.hidden = type.length < 3;

const words = document.getElementById("words");
const haystacks = questions.map((q) => `${q.id} ${q.question} ${q.text || ""} ${q.answers.join(" ")} ${q.facts.map((fact) => fact.text).join(" ")}`.toLowerCase());

function filter() {
  const flag = flags.querySelector(":checked").value;
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  questions.forEach((q, i) => {
    const fits = (!flag || q.flags.includes(flag)) && (!type.value || q.type === type.value) && wanted.every((w) => haystacks[i].includes(w));
    rows[i].hidden = !fits;
    shown += fits;
  });
  document.getElementById("count").textContent = `${shown} of ${questions.length}`;
}

const form = document.getElementById("filters");
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();

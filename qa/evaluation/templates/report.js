"use strict";
// Everything from articles and models becomes text nodes only.
const { questions, passages, words: said } = JSON.parse(document.getElementById("data").textContent);
const t = (key, values = {}) => said[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const FLAGS = ["", "wrong", "refused", "rejected", "incomplete", "uncited", "missed", "better", "worse"];

function element(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

function state(q) {
  if (q.outcome === "found") return t("row.rank", { n: q.rank });
  return q.outcome ? t(`outcome.${q.outcome}`) : t("row.none");
}

const CLASSES = { right: "right", rejected: "right", incomplete: "refused", refused: "refused", wrong: "wrong", missed: "wrong" };

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
  add(t("row.accepted"), q.answerable ? q.answers.join(" · ") : t("row.accepted.none"));
  add(t("row.facts"), q.facts.map((fact) => `${q.status ? (fact.stated ? "✓ " : "✗ ") : ""}${fact.text}`).join(" · "));
  add(t("row.asked_on"), q.as_of);
  add(t("row.answer"), q.text);
  add(t("row.confidence"), q.confidence === undefined ? "" : q.confidence.toFixed(2));
  add(t("row.evidence"), q.evidence.map((e) => `${e.article_id}: “${e.text}”`).join("\n"));
  add(t("row.place"), q.answerable && (q.rank || q.flags.includes("missed")) ? (q.rank ? `${q.rank}` : t("row.place.none")) : "");
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
  const rank = q.outcome !== "found" && q.rank && t("row.rank", { n: q.rank });
  const facts = [q.type, rank, t("row.seconds", { n: (q.milliseconds / 1000).toFixed(1) })];
  const row = element("details", "", element("summary", "",
    element("span", `state ${CLASSES[q.outcome] || ""}`, name),
    element("span", "question", q.question),
    element("span", "facts", facts.filter(Boolean).join(" · "))));
  row.addEventListener("toggle", () => row.open && row.children.length === 1 && row.append(body(q)));
  return row;
});
document.getElementById("list").append(...rows);

const flags = document.getElementById("flags");
for (const flag of FLAGS) {
  const count = flag ? questions.filter((q) => q.flags.includes(flag)).length : questions.length;
  if (!count) continue;
  const input = element("input");
  Object.assign(input, { type: "radio", name: "flag", value: flag, checked: !flag });
  flags.append(element("label", "", input, `${t(`shown.${flag || "all"}`)} ${count}`));
}
const type = document.getElementById("type");
type.append(new Option(t("shown.all"), ""), ...[...new Set(questions.map((q) => q.type).filter(Boolean))].map((t) => new Option(t, t)));
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
  document.getElementById("count").textContent = t("shown.count", { n: shown, total: questions.length });
}

const form = document.getElementById("filters");
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();

// Escape puts the meaning of a name away until it is pointed at or focused again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".term:is(:hover, :focus)").forEach((term) => term.classList.add("away"));
});
for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    for (const term of document.querySelectorAll(".term.away")) if (!term.contains(event.target)) term.classList.remove("away");
  });
}

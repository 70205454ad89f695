// The evaluations that were made: shown, gone on with, removed, and any two of them compared.

import { measure, outcomeName, outcomes } from "./measures.js";
import { question } from "./narrow.js";
import { isLeaving, removeSoon } from "./removing.js";
import { choose, complain, post, refresh } from "./report.js";
import { counted, longDate, t } from "./texts.js";
import { ask, foreign, make, whenThere, write } from "./tools.js";

const part = await whenThere("#shelf .report .runs");
const body = part.querySelector("tbody");
const button = part.querySelector(".compare");
const comparison = document.querySelector("#shelf .report .comparison");
const SIGNS = { better: "+", worse: "−", differently: "·" };
let listed = [];
let picked = []; // at most two, in the order in which they were picked

export function drawRuns(runs) {
  listed = runs.filter(({ id }) => !isLeaving(id));
  picked = picked.filter((id) => listed.some((run) => run.id === id));
  part.hidden = !listed.length;
  body.replaceChildren(...listed.map(row));
  mark();
}

const nameOf = (run) => t("quality.run.name", { gold: run.gold, day: longDate(run.made_at, "medium") });

function row(run) {
  const pick = make("input", { type: "checkbox", disabled: !run.asked, value: run.id });
  pick.setAttribute("aria-label", t("quality.pick.name", { name: nameOf(run) }));
  pick.addEventListener("change", () => {
    picked = pick.checked ? [...picked, run.id].slice(-2) : picked.filter((id) => id !== run.id);
    mark();
  });
  const acts = make("td", { className: "acts" });
  const act = (key, onclick) => {
    const made = make("button", { type: "button", className: "act", onclick }, t(key));
    made.setAttribute("aria-label", t("history.about", { act: t(key), title: nameOf(run) }));
    acts.append(made);
  };
  if (run.measures.length) act("quality.show", () => choose(run.id));
  if (["stopped", "failed"].includes(run.state) && run.id !== "report") act("quality.resume", () => resume(run.id));
  if (run.id !== "report" && run.state !== "running") act("quality.remove", () => remove(run));
  const told = make("td", {}, make("span", { className: "outcomes" }, ...outcomes(run.outcomes, outcomeName)));
  if (run.state !== "done") told.append(make("span", { className: "note" }, state(run)));
  return make(
    "tr",
    {},
    make("td", {}, pick),
    make("th", { scope: "row" }, make("time", { dateTime: run.made_at }, longDate(run.made_at, "medium"))),
    make("td", {}, foreign(run.gold)),
    make("td", {}, run.model ? foreign(run.model) : t("quality.what.retrieval")),
    told,
    acts,
  );
}

function state(run) {
  const cut = t("quality.cut", { asked: run.asked, of: run.questions });
  if (run.state === "running") return t("quality.is.running");
  return run.problem ? `${cut} ${run.problem}` : cut;
}

function mark() {
  for (const box of body.querySelectorAll("input")) box.checked = picked.includes(box.value);
  button.disabled = picked.length !== 2;
}

async function resume(id) {
  try {
    await post(`api/evaluations/${id}/resume`);
    await refresh();
    document.querySelector("#shelf .working .cancel").focus();
  } catch (error) {
    complain(error.message);
  }
}

function remove(run) {
  removeSoon({ id: run.id, title: nameOf(run), path: `api/evaluations/${run.id}`, changed: "evaluations-changed" });
  document.querySelector("#report-title").focus();
}

button.addEventListener("click", () => {
  const [now, before] = listed.filter(({ id }) => picked.includes(id)).map(({ id }) => id); // the latest first
  compare(now, before).catch((error) => complain(error.message));
});

async function compare(now, before) {
  complain("");
  const found = await ask(`api/evaluations/compare?${new URLSearchParams({ now, before })}`);
  const [later, earlier] = [now, before].map((id) => nameOf(listed.find((run) => run.id === id)));
  const lead = t("quality.compared", { now: later, before: earlier, questions: counted("quality.questions", found.questions) });
  comparison.querySelector("div").replaceChildren(make("p", { className: "note" }, lead), changes(found.measures), ...asked(found.changes));
  comparison.hidden = false;
  comparison.querySelector("h2").focus({ preventScroll: true });
  comparison.scrollIntoView({ block: "start" });
}

function changes(measures) {
  const names = ["measure", "before", "now", "difference", "sure"];
  const heads = names.map((name) => make("th", { scope: "col", className: name === "measure" ? "" : "number" }, t(`quality.change.${name}`)));
  const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
  const rows = measures.map((one) => {
    const cell = (text) => make("td", { className: "number" }, text);
    const bounds = one.interval.map(signed).join(" … ");
    const same = Math.abs(one.difference) < 0.005;
    const sure = cell(t(one.significant ? "quality.sure" : same ? "quality.unchanged" : "quality.unsure"));
    return make(
      "tr",
      { className: one.significant ? "significant" : "" },
      make("th", { scope: "row" }, measure(one.measure)),
      cell(one.before.toFixed(2)),
      cell(one.now.toFixed(2)),
      make("td", { className: "number" }, signed(one.difference), " ", make("span", { className: "note" }, `(${bounds})`)),
      sure,
    );
  });
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
  return make("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: t("quality.comparison") }, table);
}

function asked(changed) {
  if (!changed.length) return [make("p", {}, t("quality.same"))];
  return [make("h3", {}, counted("quality.changed", changed.length)), make("ul", { className: "changes" }, ...changed.map(item))];
}

function item(one) {
  const said = (side) => make("span", {}, outcomeName(one[side].outcome) || t("quality.unknown"));
  const facts = make("dl");
  const add = (key, ...words) => facts.append(make("dt", {}, t(key)), make("dd", { dir: "auto" }, ...words));
  add("quality.expected", one.answerable ? one.expected.join(" · ") : t("quality.expected.none"));
  for (const side of ["before", "now"]) add(`quality.change.${side}`, one[side].text || outcomeName(one[side].outcome));
  const again = make("a", { href: "#/" }, t("quality.again"));
  again.addEventListener("click", () => {
    write(question(), one.question);
    setTimeout(() => question().focus());
  });
  const ended = one.change === "other" ? "differently" : one.change;
  const mark = make("span", { className: `mark-of ${ended}` }, `${SIGNS[ended]} ${t(`quality.ended.${ended}`)}`);
  const summary = make("summary", {}, mark, " ", foreign(one.question), " ", make("span", { className: "note" }, said("before"), " → ", said("now")));
  return make("li", {}, make("details", {}, summary, facts, make("p", {}, again)));
}

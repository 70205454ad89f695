// What was given at once and what became of it: a heading, true counts, and each file or address with its articles.

import { clockTime, counted, t } from "./texts.js";
import { foreign, make, readerLink, whenThere } from "./tools.js";

const COUNTS = ["added", "updated", "unchanged", "duplicate", "failed"];
const list = (await whenThere("#shelf .jobs")).querySelector(".batches");

// A batch of so many files, or of one address.
export function newBatch(name) {
  const sum = make("p", { className: "sum" });
  const again = make("button", { type: "button", className: "quiet again", hidden: true }, t("batch.again"));
  const rows = make("ol");
  const head = make("h2", { dir: "auto" }, t("batch.head", { name, time: clockTime(new Date()) }));
  const element = make("section", { className: "batch" }, head, make("div", { className: "told" }, sum, again), rows);
  const batch = { element, sum, again, rows, jobs: [] };
  list.prepend(element);
  return batch;
}

export function newJob(batch, name, body) {
  const state = make("span", { className: "state" }, t("add.waiting"));
  const bar = make("progress", { max: 1, hidden: true, ariaLabel: t("add.progress", { name }) });
  const items = make("ol", { className: "items", hidden: true });
  const again = make("button", { type: "button", className: "quiet again", hidden: true }, t("add.again"));
  again.setAttribute("aria-label", t("add.again.one", { name }));
  const row = make("li", {}, make("span", { className: "name", dir: "auto" }, name), make("span", {}, state, again), bar, items);
  batch.rows.append(row);
  const job = { name, body, batch, row, state, bar, items, again, results: [], more: 0, notes: [], isOver: false };
  batch.jobs.push(job);
  return job;
}

// How many articles became what; of a feed that has nothing new only the number of its articles is known.
function tally(jobs) {
  const found = Object.fromEntries(COUNTS.map((verdict) => [verdict, 0]));
  for (const { results, more } of jobs) {
    for (const { verdict } of results) found[verdict] += 1;
    found.unchanged += more;
  }
  return found;
}

export const failures = (jobs) => tally(jobs).failed;

const said = (found) => COUNTS.filter((name) => found[name]).map((name) => t(`count.${name}`, { n: found[name] }));

// What stands below the heading: the counts add up to the number before them.
export function sumUp({ jobs, sum, again }) {
  const found = tally(jobs);
  const all = Object.values(found).reduce((one, other) => one + other, 0);
  const over = jobs.filter((job) => job.isOver).length;
  const far = over < jobs.length ? t("batch.part", { done: over, n: jobs.length }) : "";
  const counts = all ? t("batch.sum", { all: counted("articles", all), counts: said(found).join(", ") }) : "";
  sum.textContent = [far, counts].filter(Boolean).join(" ");
  again.hidden = over < jobs.length || jobs.filter((job) => failures([job])).length < 2;
}

export function showRunning(job, text) {
  job.row.dataset.verdict = "running";
  job.again.hidden = true;
  job.state.textContent = text;
}

export function showPart({ bar, state }, { done, total }) {
  bar.hidden = !total;
  bar.value = total ? done / total : 0;
  state.textContent = total > 1 ? t("add.part", { done: Math.floor(done), total }) : t("add.reading");
}

// One article says what became of it; of several, how many became what, and the list below tells each.
export function showEnd(job) {
  const { results, more, notes } = job;
  const found = tally([job]);
  const [first] = results;
  job.isOver = true;
  job.bar.hidden = true;
  job.row.dataset.verdict = found.failed ? "failed" : "added";
  job.state.replaceChildren(...(results.length === 1 && !more ? words(first) : [said(found).join(", ")]));
  job.items.replaceChildren(...(results.length > 1 ? results.map(line) : []), ...notes);
  job.items.hidden = !job.items.childElementCount;
  job.again.hidden = !found.failed || !job.body;
  sumUp(job.batch);
}

function words({ verdict, detail, title }) {
  if (verdict === "unchanged") return [t("verdict.unchanged")];
  if (verdict === "failed") return [t("verdict.failed", { why: detail })];
  return [t(`verdict.${verdict}`), readerLink(detail, title || detail)];
}

function line(result) {
  const element = make("li", {}, foreign(result.item), " ", ...words(result));
  element.dataset.verdict = result.verdict;
  return element;
}

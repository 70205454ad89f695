// The Quality view: a run that is going on, the figures of one, a form to begin another, and those that were made.

import { drawRuns } from "./runs.js";
import { about, measure, outcomes } from "./measures.js";
import { drawForm } from "./measuring.js";
import { counted, longDate, t } from "./texts.js";
import { ask, events, json, make, tell, whenThere } from "./tools.js";

const FOLDED = ["answers.f1"]; // what is easily mistaken stands behind a click, with its meaning
const RETRY = 2000; // ms after which a connection that was lost is tried again
const report = await whenThere("#shelf .report");
const [title, problem, found, working] = ["h1", ".problem", ".found", ".working"].map((part) => report.querySelector(part));
const [bar, soFar, status] = ["progress", ".so-far", "[role=status]"].map((part) => working.querySelector(part));
let chosen = ""; // the run whose figures are shown; without one the latest
let following = null;

export async function showReport() {
  report.hidden = false;
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
  await refresh();
}

export function hideReport() {
  report.hidden = true;
  following?.abort();
  following = null;
}

// Everything anew; `select` is the gold set to be chosen.
export async function refresh(select = "") {
  try {
    const { runs, gold, job, is_taken: isTaken } = await ask("api/evaluations");
    drawForm(gold, isTaken, select);
    drawRuns(runs);
    const measured = runs.filter((run) => run.measures.length);
    const shown = measured.find((run) => run.id === chosen) ?? measured[0];
    found.replaceChildren(...(shown ? figures(shown) : [make("p", {}, t("quality.none"))]));
    working.hidden = !job;
    if (job) follow(job);
    complain("");
  } catch (error) {
    complain(error.message);
  }
}

export function complain(text) {
  problem.hidden = !text;
  problem.textContent = text;
  if (text) problem.scrollIntoView({ block: "nearest" });
}

export function choose(id) {
  chosen = id;
  return refresh().then(() => found.scrollIntoView({ block: "nearest" }));
}

function figures(run) {
  const row = ({ name, value, interval }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, measure(name)),
      make("td", { className: "number" }, value.toFixed(2)),
      make("td", { className: "number" }, interval ? interval.map((bound) => bound.toFixed(2)).join(" – ") : ""),
    );
  const columns = ["measure", "value", "interval"].map((name) =>
    make("th", { scope: "col", className: name === "measure" ? "" : "number" }, t(`report.${name}`)),
  );
  const [folded, open] = [true, false].map((is) => run.measures.filter(({ name }) => FOLDED.includes(name) === is));
  const day = longDate(run.made_at);
  const cut = run.asked < run.questions ? t("quality.cut", { asked: run.asked, of: run.questions }) : "";
  const made = [t("report.made", { day, gold: run.gold }), cut].filter(Boolean).join(" ");
  const parts = [
    make("h2", {}, t("quality.figures")),
    make("p", { className: "note" }, made),
    make("p", { className: "outcomes" }, ...outcomes(run.outcomes)),
    make("table", {}, make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...open.map(row))),
  ];
  if (folded.length) {
    const more = make("details", { className: "folded" }, make("summary", {}, t("quality.more")));
    more.append(make("table", {}, make("tbody", {}, ...folded.map(row))));
    more.append(...folded.map(({ name }) => make("p", { className: "note" }, about(name))));
    parts.push(more);
  }
  const whole = { href: run.id === "report" ? "report" : `api/evaluations/${run.id}/report`, target: "_blank", rel: "noopener" };
  if (run.id !== "report") whole.href += `?lang=${document.documentElement.lang}`;
  parts.push(make("p", {}, make("a", whole, t("report.open"))));
  return parts;
}

// How far the run is, as long as the view is shown; it goes on all the same.
async function follow(job) {
  if (following) return;
  const mine = (following = new AbortController());
  draw(job);
  let last = "";
  try {
    for await (const { progress } of events(`api/evaluations/${job.id}/events`, { signal: mine.signal })) {
      if (!progress) continue;
      draw(progress);
      const tenth = Math.floor((10 * progress.done) / progress.total);
      if (tenth !== last) status.textContent = told(progress); // not each step is worth being read out
      last = tenth;
    }
    tell(t("quality.over"));
    end(mine);
  } catch (error) {
    if (mine.signal.aborted) return;
    const lost = !navigator.onLine || error instanceof TypeError;
    if (lost) setTimeout(() => end(mine), RETRY);
    else end(mine, error.message);
  }
}

async function end(mine, text = "") {
  if (following !== mine) return;
  following = null;
  chosen = "";
  await refresh();
  if (text) complain(text);
}

function draw(progress) {
  bar.value = progress.done / progress.total;
  working.querySelector("h2").textContent = t(`quality.working.${progress.kind}`);
  working.dataset.id = progress.id;
  const running = progress.running && t("quality.running", { value: progress.running[1].toFixed(2) });
  const line = make("span", {}, told(progress));
  soFar.replaceChildren(line, ...(running ? [" ", measure(progress.running[0]), " ", running] : []));
  soFar.append(...outcomes(progress.outcomes).flatMap((one) => [" ", one]));
}

function told({ done, total, waits, seconds_left: left }) {
  return [t("quality.done", { done, total }), waits ? t("quality.waits") : timeLeft(left)].filter(Boolean).join(" · ");
}

function timeLeft(seconds) {
  if (seconds === null) return "";
  if (seconds < 60) return t("quality.left.soon");
  if (seconds < 5400) return counted("quality.left.minutes", Math.round(seconds / 60));
  return counted("quality.left.hours", Math.round(seconds / 3600));
}

working.querySelector(".cancel").addEventListener("click", async () => {
  try {
    await post(`api/evaluations/${working.dataset.id}/cancel`);
    following?.abort();
    following = null;
    await refresh();
    tell(t("quality.cancelled"));
    title.focus({ preventScroll: true });
  } catch (error) {
    complain(error.message);
  }
});

export const post = (path, body = {}) => ask(path, json("POST", body));

document.addEventListener("evaluations-changed", ({ detail: { told } }) => refresh().then(() => told && tell(told)));

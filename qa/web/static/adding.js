// Files and addresses are added one after the other, in batches of what was given at once.

import { changed } from "./articles.js";
import { failures, newBatch, newJob, showEnd, showPart, showRunning, sumUp } from "./batches.js";
import { offerFollowing } from "./followed.js";
import { counted, t } from "./texts.js";
import { articlePath, ask, events, json, make, readerLink, whenThere } from "./tools.js";

const form = await whenThere("#shelf .collect");
const part = document.querySelector("#shelf .jobs");
const status = part.querySelector("[role=status]");
const clear = part.querySelector(".clear");
const elsewhere = document.querySelector("#adding");
const maxFile = Number(form.dataset.maxFile);
const waiting = [];
let all = []; // the jobs since the list was cleared
let running = false;

// Adds a batch; a file is {name, body} or {name, problem}, where it cannot be sent.
function add(name, given) {
  const batch = newBatch(name);
  const jobs = given.map(({ name, body }) => newJob(batch, name, body));
  batch.again.addEventListener("click", () => retry(jobs));
  part.hidden = false;
  for (const [n, job] of jobs.entries()) {
    job.again.addEventListener("click", () => retry([job]));
    if (given[n].problem) fail(job, given[n].problem);
    else waiting.push(job);
  }
  all.push(...jobs);
  sumUp(batch);
  work();
}

function fileBody(file, isFolder) {
  if (isFolder) return { name: file.name, problem: t("add.folder") };
  if (file.size > maxFile) return { name: file.name, problem: t("add.large", { n: maxFile / 1e6 }) };
  const body = new FormData();
  body.append("files", file);
  body.append("stream", "true");
  return { name: file.name, body: { body } };
}

export function addFiles(files) {
  if (files.length) add(counted("files", files.length), files.map(({ file, isFolder }) => fileBody(file, isFolder)));
}

function addAddress(typed) {
  const url = typed.includes("://") ? typed : `https://${typed}`;
  add(t("batch.address"), [{ name: url, body: json("POST", { url, stream: true }) }]);
}

// The page that the browser shows at an address, as another window handed it over.
export function addPage(url, html) {
  const body = new FormData();
  body.append("files", new Blob([html], { type: "text/html" }), "page.html");
  body.append("url", url);
  body.append("stream", "true");
  add(t("batch.address"), [{ name: url, body: { body } }]);
}

// What failed is sent again; what it brought the first time stays as it was told.
function retry(jobs) {
  for (const job of jobs) {
    if (!job.body || !job.isOver || !failures([job])) continue;
    job.isOver = false;
    job.results = job.results.filter(({ verdict }) => verdict !== "failed");
    job.notes = [];
    showRunning(job, t("add.waiting"));
    waiting.push(job);
    sumUp(job.batch);
  }
  work();
}

async function work() {
  if (running) return;
  running = true;
  clear.hidden = true;
  for (let job; (job = waiting.shift()); ) {
    tell(t(waiting.length ? "add.running.more" : "add.running", { name: job.name, n: waiting.length }));
    await run(job);
  }
  running = false;
  clear.hidden = false;
  const n = failures(all);
  tell(t(n ? "add.done.failed" : "add.done", { n }));
}

const isShown = () => /^#\/(articles|add)\b/.test(location.hash);

// Beside the list, and wherever else one is, with a link there.
function tell(text) {
  status.textContent = text;
  const isHere = isShown();
  elsewhere.querySelector("[role=status]").textContent = isHere ? "" : text;
  elsewhere.hidden = isHere;
}

async function run(job) {
  showRunning(job, t("add.reading"));
  const known = new Set(job.results.map(({ item }) => item));
  let report = null;
  try {
    for await (const event of events("api/articles", { method: "POST", ...job.body })) {
      report ??= event.report;
      follow(job, event, known);
    }
    if (!report) throw new Error(t("add.stopped"));
  } catch (error) {
    return fail(job, error.message);
  }
  const told = job.results.filter(({ verdict }) => verdict === "unchanged").length;
  if (!known.size) job.more = Math.max(0, report.unchanged.length - told);
  if (!job.results.length && !job.more) return fail(job, t("add.none"));
  for (const copy of report.near_copies) job.notes.push(await sameStory(copy, job));
  if (report.added.length || report.updated.length) await changed();
  showEnd(job);
  offerFollowing(job.row, report.feeds);
}

function follow(job, { progress, settled, warning }, known) {
  if (warning) job.notes.push(make("li", {}, warning));
  if (settled && !known.has(settled.item)) job.results.push(settled);
  if (progress) showPart(job, progress);
}

function fail(job, why) {
  job.results.push({ item: job.name, verdict: "failed", detail: why });
  showEnd(job);
}

async function sameStory({ id, of }, job) {
  const title = job.results.find(({ detail }) => detail === id)?.title || id;
  const other = await ask(articlePath(of)).catch(() => ({ title: of }));
  return make("li", {}, readerLink(id, title), t("add.same"), readerLink(of, other.title), t("add.kept"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = form.address.value.trim();
  if (!typed) return;
  form.reset();
  addAddress(typed);
});

form.querySelector("[type=file]").addEventListener("change", ({ target }) => {
  addFiles([...target.files].map((file) => ({ file })));
  target.value = ""; // so that the same file can be chosen again
});

clear.addEventListener("click", () => {
  part.querySelector(".batches").replaceChildren();
  part.hidden = true;
  all = [];
  form.querySelector("[type=file]").focus();
});

elsewhere.querySelector("button").addEventListener("click", () => (elsewhere.hidden = true));
addEventListener("hashchange", () => {
  if (isShown()) elsewhere.hidden = true;
});
addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});

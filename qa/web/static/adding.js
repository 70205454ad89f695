// Files and addresses are added one after the other; each tells how far it is and what became of it.

import { changed, titleOf } from "./articles.js";
import { offerFollowing } from "./followed.js";
import { t } from "./texts.js";
import { events, foreign, json, make, readerLink, whenThere } from "./tools.js";

const form = await whenThere("#shelf .collect");
const jobs = document.querySelector("#shelf .jobs");
const status = jobs.querySelector("[role=status]");
const clear = jobs.querySelector(".clear");
const maxFile = Number(form.dataset.maxFile);
const COUNTS = ["added", "updated", "unchanged", "duplicates", "failed"];
const waiting = [];
let running = false;

function enqueue(name, body, problem = "") {
  const state = make("span", { className: "state" }, t("add.waiting"));
  const bar = make("progress", { max: 1, hidden: true, ariaLabel: t("add.progress", { name }) });
  const items = make("ol", { className: "items", hidden: true });
  const row = make("li", {}, make("span", { className: "name", dir: "auto" }, name), state, bar, items);
  jobs.hidden = false;
  jobs.querySelector("ol").append(row);
  const job = { name, body, row, state, bar, items, notes: [], settled: [] };
  if (problem) finish(job, "failed", problem);
  else waiting.push(job);
}

function addFile(file, isFolder) {
  const body = new FormData();
  body.append("files", file);
  body.append("stream", "true");
  let problem = "";
  if (isFolder) problem = t("add.folder");
  else if (file.size > maxFile) problem = t("add.large", { n: maxFile / 1e6 });
  enqueue(file.name, { body }, problem);
}

function addAddress(typed) {
  const url = typed.includes("://") ? typed : `https://${typed}`;
  enqueue(url, json("POST", { url, stream: true }));
}

// The page that the browser shows at an address, as another window handed it over.
export function addPage(url, html) {
  const body = new FormData();
  body.append("files", new Blob([html], { type: "text/html" }), "page.html");
  body.append("url", url);
  body.append("stream", "true");
  enqueue(url, { body });
  work();
}

async function work() {
  if (running) return;
  running = true;
  clear.hidden = true;
  for (let job; (job = waiting.shift()); ) {
    status.textContent = t(waiting.length ? "add.running.more" : "add.running", { name: job.name, n: waiting.length });
    await run(job);
  }
  running = false;
  clear.hidden = false;
  const failures = jobs.querySelectorAll("[data-verdict=failed]:not(:has(.items:not([hidden])))").length;
  status.textContent = t(failures ? "add.done.failed" : "add.done", { n: failures });
}

async function run(job) {
  job.row.dataset.verdict = "running";
  job.state.textContent = t("add.reading");
  try {
    for await (const event of events("api/articles", { method: "POST", ...job.body })) follow(job, event);
    if (!job.report) throw new Error(t("add.stopped"));
  } catch (error) {
    finish(job, "failed", error.message);
  }
  job.bar.hidden = true;
  if (!job.report) return;
  const { added, updated, near_copies: copies } = job.report;
  if (added.length || updated.length) await changed();
  conclude(job);
  if (job.settled.length > 1) job.items.replaceChildren(...job.settled.map(line), ...job.notes); // titles are known now
  offerFollowing(job.row, job.report.feeds);
  for (const { id, of } of copies) {
    note(job, readerLink(id, titleOf(id)), t("add.same"), readerLink(of, titleOf(of)), t("add.kept"));
  }
}

function follow(job, { progress, settled, warning, report }) {
  if (report) job.report = report;
  if (warning) note(job, warning);
  if (settled) {
    job.settled.push(settled);
    if (job.settled.length === 2) list(job, line(job.settled[0]));
    if (job.settled.length > 1) list(job, line(settled));
  }
  if (progress) {
    const { done, total } = progress;
    job.bar.hidden = !total;
    job.bar.value = total ? done / total : 0;
    job.state.textContent = total > 1 ? t("add.part", { done: Math.floor(done), total }) : t("add.reading");
  }
}

// One item says what became of it; of several, how many became what, and the list below tells each.
function conclude(job) {
  if (job.settled.length === 1) {
    const [{ verdict, detail }] = job.settled;
    finish(job, verdict, ...words(verdict, detail));
    return;
  }
  const some = COUNTS.filter((name) => job.report[name].length);
  const said = some.map((name) => t(`count.${name}`, { n: job.report[name].length }));
  const verdict = job.report.failed.length ? "failed" : "added";
  finish(job, said.length ? verdict : "failed", said.join(", ") || t("add.none"));
}

function words(verdict, detail) {
  if (verdict === "unchanged") return [t("verdict.unchanged")];
  if (verdict === "failed") return [t("verdict.failed", { why: detail })];
  return [t(`verdict.${verdict}`), readerLink(detail, titleOf(detail))];
}

function line({ item, verdict, detail }) {
  const element = make("li", {}, foreign(item), " ", ...words(verdict, detail));
  element.dataset.verdict = verdict;
  return element;
}

function list(job, element) {
  job.items.hidden = false;
  job.items.append(element);
}

function note(job, ...children) {
  job.notes.push(make("li", {}, ...children));
  list(job, job.notes.at(-1));
}

function finish(job, verdict, ...children) {
  job.row.dataset.verdict = verdict;
  job.state.replaceChildren(...children);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = form.address.value.trim();
  if (!typed) return;
  form.reset();
  addAddress(typed);
  work();
});

form.querySelector("[type=file]").addEventListener("change", ({ target }) => {
  for (const file of target.files) addFile(file, false);
  target.value = ""; // so that the same file can be chosen again
  work();
});

clear.addEventListener("click", () => {
  jobs.querySelector("ol").replaceChildren();
  jobs.hidden = true;
  form.querySelector("[type=file]").focus();
});

// Files may be dropped on either view; elsewhere the browser would leave the page to show them.
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  document.documentElement.toggleAttribute("data-dropping", true);
});

addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.documentElement.removeAttribute("data-dropping");
});

addEventListener("drop", (event) => {
  document.documentElement.removeAttribute("data-dropping");
  if (!holdsFiles(event)) return;
  event.preventDefault();
  location.hash = "#/articles";
  for (const item of event.dataTransfer.items) {
    const file = item.getAsFile();
    if (file) addFile(file, item.webkitGetAsEntry?.()?.isDirectory);
  }
  work();
});

addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});

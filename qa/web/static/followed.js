// Feeds and folders that are followed: when each was looked at, what came of it, and what can be done about it.

import { changed } from "./articles.js";
import { isLeaving, removeSoon } from "./removing.js";
import { exactTime, fromNow, t } from "./texts.js";
import { ask, json, make, tell, whenThere } from "./tools.js";

const QUICK = 1000; // ms between two questions to the server while something is looked at,
const CALM = 15_000; // and while nothing is
const OUTCOMES = ["added", "updated", "known", "removed", "failed"];
const path = (id) => `api/followed/${id}`;
const view = await whenThere("#shelf .followed");
const [list, form, count, status] = ["ul", "form", ".count", "[role=status]"].map((part) => view.querySelector(part));
const rows = new Map(); // by id
let followed = [];
let mayFolders = false;
let timer = 0;
let isStale = false; // the list of articles
let isRead = false; // what is followed, once
const awaited = new Set(); // ids of what the reader had looked at

const send = (place, method, body = {}) => ask(place, json(method, body));

async function reload() {
  clearTimeout(timer);
  let pause = CALM;
  try {
    const answer = await ask("api/followed");
    const before = new Map(followed.map((each) => [each.id, each]));
    followed = answer.followed;
    mayFolders = answer.folders;
    draw();
    // What was followed since is seen for the first time, and may have been looked at already.
    const seen = followed.filter(({ id, looked_at: at }) => (before.has(id) ? before.get(id).looked_at !== at : isRead && at));
    isRead = true;
    announce(seen);
    await catchUp();
    if (followed.some(({ state }) => state !== "idle")) pause = QUICK;
  } catch (error) {
    status.textContent = error.message;
  }
  clearTimeout(timer);
  if (view.checkVisibility()) timer = setTimeout(reload, pause);
}

const hasNews = ({ error, outcome }) => !error && (outcome.added || outcome.updated || outcome.removed);

// What was waited for, and what is new.
function announce(seen) {
  const heard = seen.filter((each) => hasNews(each) || awaited.has(each.id));
  if (heard.length) tell(heard.map((each) => t("followed.told", { name: nameOf(each), outcome: each.error ?? counts(each.outcome) })).join(" "));
  for (const { id } of seen) awaited.delete(id);
  isStale ||= seen.some(hasNews);
}

// The list is not redrawn under somebody who walks through it.
async function catchUp() {
  if (!isStale || document.querySelector("#shelf .list tbody")?.contains(document.activeElement)) return;
  isStale = false;
  await changed();
}

const nameOf = ({ title, address }) => title || address;

function counts(outcome) {
  const some = OUTCOMES.filter((name) => outcome?.[name]);
  return some.map((name) => t(`followed.${name}`, { n: outcome[name] })).join(", ") || t("followed.nothing");
}

function draw() {
  const there = followed.filter(({ id }) => !isLeaving(id));
  for (const [id, row] of rows) {
    if (there.some((each) => each.id === id)) continue;
    row.element.remove();
    rows.delete(id);
  }
  for (const each of there) {
    if (!rows.has(each.id)) rows.set(each.id, made(each));
    rows.get(each.id).show(each);
  }
  list.append(...there.filter(({ id }) => !rows.get(id).element.isConnected).map(({ id }) => rows.get(id).element));
  const failing = there.filter(({ error }) => error).length;
  const numbers = [there.length || "", failing && t("followed.failing", { n: failing })];
  count.textContent = numbers.filter(Boolean).join(" · ");
  const label = form.querySelector("label");
  if (mayFolders) label.textContent = label.dataset.folders;
}

// A row is kept while it is followed: who is about to press one of its buttons finds it where it was.
function made(each) {
  const title = make("h3", { dir: "auto" });
  const facts = make("p", { className: "facts" });
  const came = make("p", { className: "came" });
  const bar = make("progress", { max: 1, hidden: true });
  const acts = make("p", { className: "acts" });
  const element = make("li", {}, title, facts, came, bar, acts);
  const button = (act) => {
    const pressed = make("button", { type: "button", className: "act" });
    pressed.addEventListener("click", () => act().catch((error) => tell(error.message)));
    acts.append(pressed);
    return pressed;
  };
  const refresh = button(async () => again(await send(`${path(each.id)}/refresh`, "POST")));
  const pause = button(async () => {
    const now = await send(path(each.id), "PATCH", { paused: !current().paused });
    tell(t(now.paused ? "followed.paused.told" : "followed.resumed.told", { name: nameOf(now) }));
    again(now);
  });
  const remove = button(async () => leave(current()));
  const current = () => followed.find(({ id }) => id === each.id);
  function show(now) {
    const name = nameOf(now);
    title.textContent = name;
    const kind = make("span", {}, t(`followed.kind.${now.kind}`));
    facts.replaceChildren(kind, ...(now.title ? [make("span", { dir: "ltr" }, now.address)] : []), make("span", {}, often(now)));
    came.classList.toggle("failed", Boolean(now.error) && now.state === "idle");
    came.replaceChildren(...told(now));
    bar.hidden = now.state !== "looking" || now.total < 2;
    bar.value = now.total ? now.done / now.total : 0;
    bar.setAttribute("aria-label", t("add.progress", { name }));
    const words = ["followed.refresh", now.paused ? "followed.resume" : "followed.pause", "followed.remove"];
    for (const [index, pressed] of [refresh, pause, remove].entries()) {
      pressed.textContent = t(words[index]);
      pressed.setAttribute("aria-label", t("history.about", { act: t(words[index]), title: name }));
    }
  }
  return { element, show };
}

function often({ kind, minutes, paused }) {
  if (paused) return t("followed.paused");
  if (kind === "folder") return t("followed.changes");
  return minutes % 60 ? t("followed.minutes", { n: minutes }) : t(minutes === 60 ? "followed.hourly" : "followed.hours", { n: minutes / 60 });
}

// What came of the last look and when the next one is, or how far this one is.
function told({ state, done, total, looked_at: looked, next_at: next, error, failures, outcome }) {
  if (state === "looking") return [total > 1 ? t("followed.part", { done, total }) : t("followed.looking")];
  if (state === "waiting") return [t("followed.waiting")];
  if (!looked) return [t("followed.never")];
  const parts = [`${t("followed.looked")} `, at(looked), ": ", error ?? counts(outcome), ". "];
  if (failures > 1) parts.push(`${t("followed.failures", { n: failures })} `);
  if (next) parts.push(`${t("followed.next")} `, at(next), ".");
  return parts;
}

const at = (iso) => make("time", { dateTime: iso, title: exactTime(iso) }, fromNow(iso));

function again(now) {
  if (now.state !== "idle") awaited.add(now.id);
  followed = followed.map((each) => (each.id === now.id ? now : each));
  draw();
  clearTimeout(timer);
  timer = setTimeout(reload, QUICK);
}

function leave(each) {
  removeSoon({ id: each.id, title: nameOf(each), path: path(each.id), changed: "followed-changed", words: "unfollow" });
  view.querySelector("summary").focus();
}

async function follow(place) {
  const now = await send("api/followed", "POST", place);
  followed = [...followed.filter(({ id }) => id !== now.id), now];
  view.open = true;
  again(now);
  return now;
}

// A folder begins as paths do; all else is an address.
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = form.place.value.trim();
  if (!typed) return;
  const isFolder = /^([/~\\]|[a-z]:\\)/i.test(typed);
  try {
    const now = await follow(isFolder ? { folder: typed } : { address: typed.includes("://") ? typed : `https://${typed}` });
    form.reset();
    status.textContent = t("followed.begun", { name: nameOf(now) });
  } catch (error) {
    status.textContent = error.message;
  }
});

const same = (one, other) => URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;

// Below a batch that held feeds: to follow those that are not followed yet.
export function offerFollowing(row, feeds) {
  const left = feeds.filter(({ address }) => !followed.some((each) => same(each.address, address)));
  if (!left.length) return;
  const words = left.length === 1 ? t("followed.offer") : t("followed.offer.all", { n: left.length });
  const button = make("button", { type: "button", className: "quiet" }, words);
  const said = make("span", { className: "note" }, t("followed.offer.why"));
  button.addEventListener("click", async () => {
    if (button.ariaDisabled) return;
    try {
      for (const { address } of left) await follow({ address });
      button.ariaDisabled = "true"; // disabled it would lose the focus
      said.textContent = t("followed.begun", { name: left.map(({ title, address }) => title || address).join(", ") });
      tell(said.textContent);
    } catch (error) {
      said.textContent = error.message;
      tell(error.message);
    }
  });
  row.append(make("p", { className: "offer" }, button, " ", said));
}

document.addEventListener("followed-changed", ({ detail: { told: said, anew } }) => {
  if (said) tell(said);
  if (anew) reload();
  else draw();
});
view.addEventListener("toggle", () => view.open && reload());
new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && reload()).observe(view);

// The History view: the conversations that are kept, to be found, opened, renamed, taken along and deleted.

import { conversationHash, conversationPath } from "./conversation.js";
import { pin } from "./threads.js";
import { isLeaving, removeSoon } from "./removing.js";
import { counted, longDate, t } from "./texts.js";
import { ask, json, make, tell, whenThere } from "./tools.js";

const PAUSE = 200; // ms after the last letter
const view = await whenThere("#shelf .history");
const [title, list, box, status] = ["h1", "ul", "input", "[role=status]"].map((part) => view.querySelector(part));
let kept = [];
let typing = 0;

export function showHistory(told = "") {
  view.hidden = false;
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
  return reload(told);
}

export function hideHistory() {
  view.hidden = true;
}

async function reload(told = "") {
  const words = box.value;
  try {
    const found = await ask(`api/conversations?${new URLSearchParams({ q: words })}`);
    if (words !== box.value) return; // a later search is on its way
    kept = found;
    draw(told);
  } catch (error) {
    status.textContent = error.message;
  }
}

function draw(told = "") {
  const there = kept.filter(({ id }) => !isLeaving(id));
  list.replaceChildren(...there.map(item));
  const none = t(box.value ? "history.none" : "history.empty");
  status.textContent = [told, there.length ? counted("history.some", there.length) : none].filter(Boolean).join(" ");
}

function item({ id, title: name, updated_at: day, turns, pinned }) {
  const called = name || t("history.untitled");
  const link = make("a", { href: conversationHash(id), dir: "auto" }, called);
  const facts = make("p", { className: "facts" }, make("time", { dateTime: day }, longDate(day, "medium")));
  facts.append(make("span", {}, counted("history.questions", turns)));
  const acts = make("p", { className: "acts" });
  const row = make("li", {}, make("h2", {}, link), facts, acts);
  const act = (text, properties) => {
    const made = make(properties.href ? "a" : "button", { className: "act", ...properties }, text);
    if (!properties.href) made.type = "button";
    made.setAttribute("aria-label", t("history.about", { act: text, title: called }));
    acts.append(made);
  };
  act(t(pinned ? "threads.unpin" : "threads.pin"), { onclick: () => setPin(id, !pinned) });
  act(t("history.rename"), { className: "act renaming", onclick: () => rename(row, id, called) });
  for (const [format, word] of [["md", "Markdown"], ["json", "JSON"]]) {
    const href = `${conversationPath(id)}/export?format=${format}`;
    act(t("history.export", { format: word }), { href, download: `conversation.${format}` });
  }
  act(t("history.delete"), { onclick: () => leave(id, called) });
  return row;
}

async function setPin(id, pinned) {
  try {
    await pin(id, pinned);
    await reload();
    rowOf(id)?.querySelector(".acts button").focus();
  } catch (error) {
    tell(error.message);
  }
}

const rowOf = (id) => list.querySelector(`a[href="${CSS.escape(conversationHash(id))}"]`)?.closest("li");

function leave(id, name) {
  removeSoon({ id, title: name, path: conversationPath(id), changed: "history-changed" });
  title.focus();
}

function rename(row, id, name) {
  const field = make("input", { value: name, maxLength: 120, autocomplete: "off", enterKeyHint: "done" });
  field.setAttribute("aria-label", t("history.rename.label", { title: name }));
  const form = make("form", {}, field);
  const end = (told) => {
    draw(told);
    rowOf(id)?.querySelector(".renaming").focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const renamed = await ask(conversationPath(id), json("PATCH", { title: field.value }));
      kept.find((one) => one.id === id).title = renamed.title;
      end(t("history.renamed", { title: renamed.title || t("history.untitled") }));
    } catch (error) {
      tell(error.message);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  });
  row.querySelector("h2").replaceChildren(form);
  field.select();
}

box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(reload, PAUSE);
});
view.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("history-changed", ({ detail: { told, anew } }) => (anew ? reload(told) : draw()));

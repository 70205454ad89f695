// Several articles chosen in the table: to be tagged and deleted at once.

import { changeTags, page, removals } from "./library.js";
import { removeSoon } from "./removing.js";
import { counted, t } from "./texts.js";
import { chip, tell, whenThere } from "./tools.js";

const bar = await whenThere("#shelf .picked");
const table = document.querySelector("#shelf table");
const [said, form, taken] = ["[role=status]", ".tagging", ".tags"].map((part) => bar.querySelector(part));
const every = table.querySelector("thead .pick input");
const picked = new Map(); // id -> its tags, as far as they are known
let last = null; // the id that was chosen last: where a range begins
let shown = { articles: [], found: 0, wanted: {} };

export const isPicked = (id) => picked.has(id);

const say = () => document.dispatchEvent(new CustomEvent("articles-changed", { detail: { anew: true } }));

// What the table shows, and the request by which all that it could show are found.
export function offer(articles, found, wanted) {
  shown = { articles, found, wanted };
  for (const { id, tags } of articles) if (picked.has(id)) picked.set(id, tags);
  draw();
}

function draw() {
  for (const row of table.tBodies[0].rows) {
    row.querySelector(".pick input").checked = picked.has(row.dataset.id);
    row.classList.toggle("chosen", picked.has(row.dataset.id));
  }
  every.checked = picked.size > 0 && shown.articles.every(({ id }) => picked.has(id));
  every.indeterminate = picked.size > 0 && !every.checked;
  bar.hidden = !picked.size;
  said.textContent = counted("picked", picked.size);
  const tags = [...new Set([...picked.values()].flat())].sort((a, b) => a.localeCompare(b));
  taken.hidden = !tags.length;
  taken.replaceChildren(...tags.map(tagged));
}

const tagged = (tag) => chip(tag, t("pick.untag", { tag }), () => change({ untag: [tag] }, t("pick.untagged", { tag })));

async function change(body, told) {
  try {
    await changeTags([...picked.keys()], body);
    tell(told);
    say();
  } catch (error) {
    said.textContent = error.message;
  }
}

function pick(id, isOn) {
  if (isOn) picked.set(id, shown.articles.find((article) => article.id === id)?.tags ?? []);
  else picked.delete(id);
}

// With Shift all between the one that was chosen last and this one.
function choose(id, isOn, isRange) {
  const ids = shown.articles.map((article) => article.id);
  const [from, to] = [ids.indexOf(last), ids.indexOf(id)].sort((a, b) => a - b);
  if (isRange && from >= 0) for (const one of ids.slice(from, to + 1)) pick(one, isOn);
  else pick(id, isOn);
  last = id;
  draw();
}

async function all(isOn) {
  picked.clear();
  if (isOn) for (const { id } of shown.articles) pick(id, true);
  draw();
  if (!isOn || shown.found <= shown.articles.length) return;
  try {
    const { ids } = await page({ ...shown.wanted, only: "ids" });
    for (const id of ids) if (!picked.has(id)) picked.set(id, []);
    draw();
  } catch (error) {
    tell(error.message);
  }
}

function none() {
  all(false);
  document.querySelector("#articles-title").focus();
}

function remove() {
  const ids = [...picked.keys()];
  const only = ids.length === 1 && shown.articles.find(({ id }) => id === ids[0])?.title;
  const title = only || counted("articles", ids.length);
  none();
  removeSoon({ ids, title, requests: removals(ids), changed: "articles-changed" });
}

let withShift = false; // a change does not say which keys are held
for (const kind of ["keydown", "pointerdown", "click"]) {
  table.addEventListener(kind, (event) => (withShift = event.shiftKey), { capture: true });
}

table.tBodies[0].addEventListener("change", ({ target }) => {
  if (target.matches(".pick input")) choose(target.closest("tr").dataset.id, target.checked, withShift);
});
every.addEventListener("change", () => all(every.checked));
table.addEventListener("keydown", (event) => {
  const box = event.target.closest(".pick input");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (box && step) {
    event.preventDefault();
    const boxes = [...table.querySelectorAll(".pick input")];
    boxes[boxes.indexOf(box) + step]?.focus();
  } else if (box && event.key === "a" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    all(true);
  } else if (picked.size && event.key === "Delete") remove();
  else if (picked.size && event.key === "Escape") none();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const tag = form.tag.value.trim();
  if (!tag) return;
  form.reset();
  change({ tag: [tag] }, t("pick.tagged", { tag }));
});
bar.querySelector(".delete").addEventListener("click", remove);
bar.querySelector(".none").addEventListener("click", none);

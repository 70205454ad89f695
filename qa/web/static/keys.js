// The page from the keyboard, and the list of its keys. Keys of one sign can be turned off: speech input sets them off.

import { newConversation } from "./conversation.js";
import { question } from "./narrow.js";
import { closePanel } from "./views.js";
import { undoRemoval } from "./removing.js";
import { stillMotion, whenThere } from "./tools.js";

const OFF = "article-qa-keys-off";
const dialog = await whenThere("#keys");
const single = dialog.querySelector(".single input");
const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
const press = (selector) => shown(selector).at(-1)?.click();

const KEYS = {
  "/": toQuestion,
  s: () => press("#stop"),
  n: () => step(1),
  p: () => step(-1),
  c: () => press('[data-act="copy"]'),
  e: () => press('[data-act="edit"]'),
  f: () => press("#narrow .open"),
  u: undoRemoval,
  x: () => document.querySelector(".turn") && newConversation(),
  1: () => (location.hash = "#/"),
  2: () => (location.hash = "#/articles"),
  3: () => (location.hash = "#/history"),
  4: () => (location.hash = "#/report"),
  5: () => (location.hash = "#/settings"),
  "?": () => dialog.showModal(),
};

function toQuestion() {
  const box = question();
  if (box.checkVisibility() && !box.closest("[inert]")) return box.focus();
  addEventListener("hashchange", () => box.focus(), { once: true });
  location.hash = "#/";
}

// To the next mark of the conversation, round and round; the first time to the first of the last answer.
function step(by) {
  const marks = shown("a.mark");
  if (!marks.length) return;
  const at = marks.indexOf(document.activeElement);
  const start = marks.findIndex((mark) => mark.closest("#current"));
  const next = at < 0 ? Math.max(0, start) : (at + by + marks.length) % marks.length;
  marks[next].focus({ focusVisible: true });
  marks[next].scrollIntoView({ behavior: stillMotion() ? "auto" : "smooth", block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || dialog.open || event.isComposing) return;
  if (event.key === "Escape") {
    const box = question();
    const over = document.querySelector(":popover-open:not(#undo)");
    if (!over && event.target === box) box.blur();
    else if (!over && document.documentElement.hasAttribute("data-reading")) closePanel();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !single.checked) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

single.checked = !localStorage.getItem(OFF);
single.addEventListener("change", () => {
  if (single.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
document.querySelector("#views .help").addEventListener("click", () => dialog.showModal());
dialog.querySelector(".close").addEventListener("click", () => dialog.close());

// An article is removed once nobody has undone it for a while, or when the page is left.

import { articlePath, ask, tell, whenThere } from "./tools.js";
import { t } from "./texts.js";

const WAIT = 8000; // ms in which it can be undone
const offer = await whenThere("#undo");
const [words, undo] = ["[role=status]", "button"].map((selector) => offer.querySelector(selector));
let leaving = null;

export const isLeaving = (id) => leaving?.id === id;

const say = (detail = {}) => document.dispatchEvent(new CustomEvent("articles-changed", { detail }));

export function removeSoon(id, title) {
  if (leaving) remove();
  leaving = { id, title };
  offer.showPopover();
  words.textContent = t("remove.pending", { title });
  wait();
  say();
}

// Who is about to press the button has as long as it takes.
function wait() {
  leaving.timer = setTimeout(() => (offer.matches(":hover, :focus-within") ? wait() : remove()), WAIT);
}

async function remove() {
  const { id, title, timer } = leaving;
  clearTimeout(timer);
  offer.hidePopover();
  const removed = ask(articlePath(id), { method: "DELETE" });
  try {
    await removed;
    if (isLeaving(id)) leaving = null;
    say({ told: t("remove.done", { title }), anew: true });
  } catch (error) {
    if (isLeaving(id)) leaving = null;
    say({ told: t("remove.failed", { title, problem: error.message }), anew: true });
  }
}

export function undoRemoval() {
  if (!offer.matches(":popover-open")) return;
  clearTimeout(leaving.timer);
  offer.hidePopover();
  tell(t("remove.undone", { title: leaving.title }));
  leaving = null;
  say();
}

undo.addEventListener("click", undoRemoval);
addEventListener("pagehide", () => {
  if (!offer.matches(":popover-open")) return;
  fetch(articlePath(leaving.id), { method: "DELETE", keepalive: true });
  clearTimeout(leaving.timer);
  leaving = null;
  offer.hidePopover(); // a page that comes back offers nothing that is done
});

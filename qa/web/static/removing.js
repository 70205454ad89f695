// An article or a conversation is removed once nobody has undone it for a while, or when the page is left.

import { ask, tell, whenThere } from "./tools.js";
import { t } from "./texts.js";

const WAIT = 8000; // ms in which it can be undone
const offer = await whenThere("#undo");
const [status, undo] = ["[role=status]", "button"].map((selector) => offer.querySelector(selector));
let leaving = null;

export const isLeaving = (id) => leaving?.id === id;

const say = (changed, detail = {}) => document.dispatchEvent(new CustomEvent(changed, { detail }));

// `path` is its route, `changed` the event that tells of it, and `words` begin the texts that say so.
export function removeSoon({ id, title, path, changed, words = "remove" }) {
  if (leaving) remove();
  leaving = { id, title, path, changed, words };
  offer.showPopover();
  status.textContent = t(`${words}.pending`, { title });
  wait();
  say(changed);
}

// Who is about to press the button has as long as it takes.
function wait() {
  leaving.timer = setTimeout(() => (offer.matches(":hover, :focus-within") ? wait() : remove()), WAIT);
}

async function remove() {
  const { id, title, path, changed, words, timer } = leaving;
  clearTimeout(timer);
  offer.hidePopover();
  const removed = ask(path, { method: "DELETE" });
  try {
    await removed;
    if (isLeaving(id)) leaving = null;
    say(changed, { told: t(`${words}.done`, { title }), anew: true });
  } catch (error) {
    if (isLeaving(id)) leaving = null;
    say(changed, { told: t("remove.failed", { title, problem: error.message }), anew: true });
  }
}

export function undoRemoval() {
  if (!offer.matches(":popover-open")) return;
  clearTimeout(leaving.timer);
  offer.hidePopover();
  const { title, changed, words } = leaving;
  tell(t(`${words}.undone`, { title }));
  leaving = null;
  say(changed);
}

undo.addEventListener("click", undoRemoval);
addEventListener("pagehide", () => {
  if (!offer.matches(":popover-open")) return;
  fetch(leaving.path, { method: "DELETE", keepalive: true });
  clearTimeout(leaving.timer);
  leaving = null;
  offer.hidePopover(); // a page that comes back offers nothing that is done
});

// Articles or a conversation are removed once nobody has undone it for a while, or when the page is left.

import { ask, tell, whenThere } from "./tools.js";
import { t } from "./texts.js";

const WAIT = 8000; // ms in which it can be undone
const LARGEST = 60_000; // characters that a page may still send when it is left
const offer = await whenThere("#undo");
const [status, undo] = ["[role=status]", "button"].map((selector) => offer.querySelector(selector));
let leaving = null;

export const isLeaving = (id) => Boolean(leaving?.ids.has(id));
export const leavingNumber = (changed) => (leaving?.changed === changed ? leaving.ids.size : 0);

const say = (changed, detail = {}) => document.dispatchEvent(new CustomEvent(changed, { detail }));
const said = ({ ids, title, words }, end) => t(`${words}.${end}${ids.size > 1 ? ".several" : ""}`, { title });

// One by its id and route, or several by the requests that remove them; `changed` is the event that tells of it, and
// `words` begin the texts that say so.
export function removeSoon({ id, ids = [id], title, path, requests, changed, words = "remove" }) {
  if (leaving) remove();
  leaving = { ids: new Set(ids), title, requests: requests ?? [[path, { method: "DELETE" }]], changed, words };
  offer.showPopover();
  status.textContent = said(leaving, "pending");
  wait();
  say(changed);
}

// Who is about to press the button has as long as it takes.
function wait() {
  leaving.timer = setTimeout(() => (offer.matches(":hover, :focus-within") ? wait() : remove()), WAIT);
}

async function remove() {
  const gone = leaving;
  clearTimeout(gone.timer);
  offer.hidePopover();
  let told = said(gone, "done");
  try {
    for (const [path, options] of gone.requests) await ask(path, options);
  } catch (error) {
    told = t(gone.ids.size > 1 ? "remove.failed.several" : "remove.failed", { title: gone.title, problem: error.message });
  }
  if (leaving === gone) leaving = null;
  say(gone.changed, { told, anew: true });
}

export function undoRemoval() {
  if (!offer.matches(":popover-open")) return;
  clearTimeout(leaving.timer);
  offer.hidePopover();
  const { changed } = leaving;
  tell(said(leaving, "undone"));
  leaving = null;
  say(changed);
}

const isPending = () => offer.matches(":popover-open");
const size = () => leaving.requests.reduce((sum, [, { body = "" }]) => sum + body.length, 0);

undo.addEventListener("click", undoRemoval);
addEventListener("beforeunload", (event) => {
  if (isPending() && size() > LARGEST) event.preventDefault(); // more than can still be sent
});
addEventListener("pagehide", () => {
  if (!isPending()) return;
  for (const [path, options] of leaving.requests) fetch(path, { ...options, keepalive: true });
  clearTimeout(leaving.timer);
  leaving = null;
  offer.hidePopover(); // a page that comes back offers nothing that is done
});

// The side bar of the Ask view on wide screens: the conversations that are kept, pinned ones first.

import { conversationHash, conversationPath, shown } from "./conversation.js";
import { isLeaving } from "./removing.js";
import { fromNow, t } from "./texts.js";
import { ask, json, make, tell, whenThere } from "./tools.js";

const MOST = 50; // the History view shows all
const CHOICE = "article-qa-threads";
const side = await whenThere("#threads");
const [list, note] = ["ul", ".note"].map((part) => side.querySelector(part));
const fold = document.querySelector("#views .fold");
const wide = matchMedia("(width >= 90rem)");

// Pin a conversation or unpin it; an Error where that cannot be.
export const pin = (id, pinned) => ask(conversationPath(id), json("PATCH", { pinned }));

async function reload() {
  let kept = [];
  let said = t("history.empty");
  try {
    kept = (await ask("api/conversations")).filter(({ id, turns }) => turns && !isLeaving(id));
  } catch (error) {
    said = error.message;
  }
  note.hidden = Boolean(kept.length);
  if (!kept.length) note.textContent = said;
  list.replaceChildren(...kept.slice(0, MOST).map(item));
}

function item({ id, title, beginning, updated_at: day, pinned }) {
  const called = title || t("history.untitled");
  const link = make(
    "a",
    { href: conversationHash(id) },
    make("strong", { dir: "auto" }, called),
    make("span", { dir: "auto" }, beginning),
    make("time", { dateTime: day }, fromNow(day)),
  );
  if (id === shown()) link.setAttribute("aria-current", "page");
  const button = make("button", { type: "button", className: "pin" });
  button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 3h6l-1 6 3 4H7l3-4zM12 13v8"/></svg>';
  button.setAttribute("aria-pressed", pinned);
  button.setAttribute("aria-label", t("history.about", { act: t("threads.pin"), title: called }));
  button.addEventListener("click", async () => {
    try {
      await pin(id, !pinned);
      await reload();
      list.querySelector(`[data-id="${CSS.escape(id)}"] .pin`)?.focus();
    } catch (error) {
      tell(error.message);
    }
  });
  const row = make("li", {}, link, button);
  row.dataset.id = id;
  return row;
}

function unfold(open) {
  document.documentElement.toggleAttribute("data-threads", open);
  fold.setAttribute("aria-expanded", open);
}

fold.addEventListener("click", () => {
  const open = !document.documentElement.hasAttribute("data-threads");
  localStorage.setItem(CHOICE, open ? "open" : "folded");
  unfold(open);
});
wide.addEventListener("change", () => localStorage.getItem(CHOICE) || unfold(wide.matches));

const look = () => side.checkVisibility() && reload();
for (const news of ["conversation-shown", "history-changed"]) document.addEventListener(news, look);
unfold(localStorage.getItem(CHOICE) ? localStorage.getItem(CHOICE) === "open" : wide.matches);
new IntersectionObserver(look).observe(side);

// What can be done with a question and its answer: copy, edit, ask again, for more, all articles; and where it is shown.

import { busy } from "./conversation.js";
import { narrow, narrowing, question } from "./narrow.js";
import { call, stillMotion, tell, toClipboard, write } from "./tools.js";
import { t } from "./texts.js";

const ACTS = {
  copy: (button) => copy(button),
  edit: (button) => edit(button),
  again: (button) => again(button.closest(".turn"), button),
  more: (button) => more(button.closest(".turn"), button),
  widen: (button) => widen(button),
};

const sentWith = (turn) => JSON.parse(turn.dataset.narrow || "{}");

function edit(button) {
  const turn = button.closest(".turn");
  const { length, without, ...restriction } = sentWith(turn);
  write(question(), turn.querySelector("h2").textContent);
  narrow(restriction, without && { length, without });
  question().focus();
}

// What else the articles say: the same question without the quotes that this turn and those before it showed.
function more(turn, button) {
  const marks = [...turn.querySelectorAll(".answer a.mark")].map(({ dataset }) => dataset);
  const shown = marks.map(({ article, start, end }) => ({ article_id: article, start: +start, end: +end }));
  const without = [...(sentWith(turn).without ?? []), ...shown];
  send(button, { text: turn.dataset.standalone, once: { length: "detailed", without } });
}

// The same question as it stands alone; with more passages read, where no other length is chosen.
function again(turn, button) {
  const { without } = sentWith(turn);
  const chosen = document.querySelector("#narrow .length").value;
  const length = chosen === "normal" ? "detailed" : chosen;
  send(button, { text: turn.dataset.standalone, once: { length, ...(without && { without }) } });
}

// Ask a turn's question again, or another text of it, restricted as it was or otherwise.
export function send(button, { text, restriction, once }) {
  if (busy()) return tell(t("history.busy"));
  const turn = button.closest(".turn");
  const { length, without, ...asBefore } = sentWith(turn);
  const question = text ?? turn.querySelector("h2").textContent;
  call("ask", { question, narrowed: narrowing(restriction ?? asBefore, once) });
}

function widen(button) {
  narrow({});
  send(button, { restriction: {} });
}

async function copy(button) {
  try {
    await toClipboard(button.dataset.text);
    button.textContent = t("act.copied");
    setTimeout(() => (button.textContent = t("act.copy")), 2000);
    tell(t("act.copied"));
  } catch {
    tell(t("act.uncopied"));
    button.textContent = t("act.uncopied");
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-act]");
  if (button) ACTS[button.dataset.act](button);
});

let turns = 0;
new MutationObserver(() => {
  const all = document.querySelectorAll(".turn");
  if (all.length > turns) {
    if (all.length === 1) scrollTo(0, 0);
    else all[all.length - 1].scrollIntoView({ behavior: stillMotion() ? "auto" : "smooth", block: "start" });
  }
  turns = all.length;
}).observe(document.body, { childList: true, subtree: true });

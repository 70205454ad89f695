// What can be done with a question and its answer: copy, link, edit, ask again, for more, all articles.

import { addressOf, busy, conversationHash } from "./conversation.js";
import { narrow, narrowing, question } from "./narrow.js";
import { call, make, tell, toClipboard, write } from "./tools.js";
import { t } from "./texts.js";

const ACTS = {
  copy: (button) => copy(button, button.dataset.text),
  link: (button) => copy(button, linkTo(button.closest(".turn").dataset)),
  edit,
  again: (button) => again(button.closest(".turn"), button),
  more: (button) => more(button.closest(".turn"), button),
  widen,
  choose,
};

const sentWith = (turn) => JSON.parse(turn.dataset.narrow || "{}");

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

// Ask a turn's question again, or another text of it, restricted as it was or otherwise; whether that can be done now.
export function send(button, { text, restriction, once }) {
  if (busy()) {
    tell(t("history.busy"));
    return false;
  }
  const turn = button.closest(".turn");
  const { length, without, ...asBefore } = sentWith(turn);
  const question = text ?? turn.querySelector("h2").textContent;
  call("ask", { question, narrowed: narrowing(restriction ?? asBefore, once) });
  return true;
}

function widen(button) {
  narrow({});
  send(button, { restriction: {} });
}

// The question again in its box, and the form that says which articles are asked.
function choose(button) {
  const turn = button.closest(".turn");
  const { length, without, ...restriction } = sentWith(turn);
  write(question(), turn.querySelector("h2").textContent);
  narrow(restriction);
  document.querySelector("#narrow-form").showPopover();
}

const linkTo = ({ conversation, turn }) => addressOf(`${conversationHash(conversation)}/${turn}`);

// In place of its heading: Enter asks it again, Escape leaves it as it was.
function edit(button) {
  const turn = button.closest(".turn");
  const heading = turn.querySelector("h2");
  if (heading.hidden) return turn.querySelector(".editing textarea").focus();
  const field = make("textarea", { value: heading.textContent, rows: 2, dir: "auto", enterKeyHint: "send" });
  field.setAttribute("aria-label", t("edit.label", { question: heading.textContent }));
  const cancel = make("button", { type: "button", className: "act" }, t("edit.cancel"));
  const acts = make("p", { className: "acts" }, make("button", { className: "act" }, t("ask")), cancel);
  const form = make("form", { className: "editing" }, field, acts);
  const end = () => {
    form.remove();
    heading.hidden = false;
    button.focus({ preventScroll: true });
  };
  cancel.addEventListener("click", end);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { length, without } = sentWith(turn);
    const text = field.value.trim();
    if (text && send(button, { text, once: without && { length, without } })) end();
  });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation(); // what lies below stays open
      end();
    } else if (event.key === "Enter" && event.target === field && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  heading.hidden = true;
  heading.after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

async function copy(button, text) {
  const shown = [...button.childNodes];
  let said = t("act.copied");
  if (button.textContent === said) return;
  try {
    await toClipboard(text);
    setTimeout(() => button.replaceChildren(...shown), 2000);
  } catch {
    said = t("act.uncopied");
  }
  button.textContent = said;
  tell(said);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-act]");
  if (button) ACTS[button.dataset.act](button);
});

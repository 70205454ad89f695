// What else could be asked: questions that the server found the articles to answer, each shown as soon as it comes.

import { events, make, tell } from "./tools.js";
import { send } from "./turn.js";
import { t } from "./texts.js";

const said = () =>
  [...document.querySelectorAll(".turn")].map((turn) => ({
    question: turn.querySelector("h2").textContent,
    answer: [...turn.querySelectorAll(".sentence bdi")].map((sentence) => sentence.textContent).join(" "),
  }));

async function found(turn, show, left) {
  const { title, length, without, ...restriction } = JSON.parse(turn.dataset.narrow || "{}"); // what restricts it
  const body = JSON.stringify({ ...restriction, question: turn.dataset.standalone, history: said() });
  const headers = { "Content-Type": "application/json" };
  for await (const { question } of events("api/suggest", { method: "POST", headers, body, signal: left })) {
    if (question) show(question); // else it tells how many are before this
  }
}

async function suggest(button) {
  const turn = button.closest(".turn");
  const note = make("p", { className: "note", textContent: t("suggest.looking") });
  const list = make("ul");
  const left = new AbortController();
  const gone = new MutationObserver(() => button.isConnected || left.abort()); // the next question is being asked
  gone.observe(document.body, { childList: true, subtree: true });
  button.closest(".acts").after(make("div", { className: "suggested" }, note, list));
  button.disabled = true;
  tell(note.textContent);
  const show = (text) => {
    const ask = make("button", { type: "button", className: "act", dir: "auto", textContent: text });
    ask.addEventListener("click", () => send(button, { text }));
    list.append(make("li", {}, ask));
    note.textContent = t("suggest.found");
  };
  try {
    await found(turn, show, left.signal);
    if (!list.children.length) note.textContent = t("suggest.none");
  } catch (error) {
    note.textContent = error.message;
    button.disabled = false;
  } finally {
    gone.disconnect();
    if (button.isConnected) tell([note, ...list.children].map((line) => line.textContent).join(" "));
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-suggest]");
  if (!button) return;
  button.closest(".turn").querySelector(".suggested")?.remove();
  suggest(button);
});

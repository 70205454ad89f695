// What else could be asked: questions that the server found the articles to answer, each shown as soon as it comes.

import { make, reach, tell } from "./tools.js";
import { send } from "./turn.js";
import { t } from "./texts.js";

const said = () =>
  [...document.querySelectorAll(".turn")].map((turn) => ({
    question: turn.querySelector("h2").textContent,
    answer: [...turn.querySelectorAll(".sentence bdi")].map((sentence) => sentence.textContent).join(" "),
  }));

async function* events(response) {
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const whole = (rest + text).split("\n\n");
    rest = whole.pop();
    for (const event of whole) if (event.startsWith("data: ")) yield JSON.parse(event.slice(6));
  }
}

async function found(turn, show, left) {
  const { title, ...restriction } = JSON.parse(turn.dataset.narrow || "{}"); // a title is only shown
  const body = JSON.stringify({ ...restriction, question: turn.dataset.standalone, history: said() });
  const headers = { "Content-Type": "application/json" };
  const response = await reach("api/suggest", { method: "POST", headers, body, signal: left });
  if (!response.ok) throw new Error((await response.json()).error);
  for await (const event of events(response)) {
    if (event.error) throw new Error(event.error);
    if (event.question) show(event.question);
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

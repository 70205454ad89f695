// What else could be asked: questions that the articles answer, below the turn that is over, each as soon as it comes.

import { events, json, make, tell } from "./tools.js";
import { send } from "./turn.js";
import { t } from "./texts.js";

// Ends the one stream that may be open: a browser keeps six connections to a server, and the next question needs one.
let left = new AbortController();

const said = () =>
  [...document.querySelectorAll(".turn")].map((turn) => ({
    question: turn.querySelector("h2").textContent,
    answer: [...turn.querySelectorAll(".sentence bdi")].map((sentence) => sentence.textContent).join(" "),
  }));

async function* found(turn, unasked) {
  const { title, length, without, ...restriction } = JSON.parse(turn.dataset.narrow || "{}"); // what restricts it
  const articles = JSON.parse(turn.dataset.about);
  const sent = { ...restriction, question: turn.dataset.standalone, history: said(), articles, unasked };
  left.abort();
  left = new AbortController();
  yield* events("api/suggest", { ...json("POST", sent), signal: left.signal });
}

function place(turn) {
  const note = make("p", { className: "note" });
  const list = make("ul");
  turn.querySelector(".suggested")?.remove();
  turn.querySelector(".acts").after(make("div", { className: "suggested" }, note, list));
  const add = (text) => {
    const ask = make("button", { type: "button", className: "act", dir: "auto", textContent: text });
    ask.addEventListener("click", () => send(ask, { text }));
    list.append(make("li", {}, ask));
    note.textContent = t("suggest.found");
  };
  return { note, list, add };
}

// Unasked, so it is not told to those who hear the page; where nothing comes nothing is shown.
async function suggest(turn) {
  const { list, note, add } = place(turn);
  try {
    for await (const { question, status } of found(turn, true)) {
      if (question) add(question);
      else if (status === "on_request" && !list.children.length) offer(turn, note);
    }
  } catch {
    // what nobody asked for may fail in silence
  }
}

// A language model elsewhere is asked only when its reader wants that.
function offer(turn, note) {
  const button = make("button", { type: "button", className: "act", textContent: t("suggest") });
  button.addEventListener("click", () => onRequest(turn));
  note.replaceChildren(button);
}

async function onRequest(turn) {
  const { list, note, add } = place(turn);
  note.textContent = t("suggest.looking");
  tell(note.textContent);
  try {
    for await (const { question } of found(turn, false)) if (question) add(question);
    if (!list.children.length) note.textContent = t("suggest.none");
  } catch (error) {
    note.textContent = error.message;
  }
  if (turn.isConnected) tell([note, ...list.children].map((line) => line.textContent).join(" "));
}

const look = () => {
  const turn = document.querySelector("#current .turn[data-about]");
  if (!turn) left.abort(); // the next question is being asked
  else if (!turn.querySelector(".suggested")) suggest(turn);
};
new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
look();

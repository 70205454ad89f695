// What a reader thinks of an answer, and why it was bad. Gradio draws turns anew, so what was said here is kept here.

import { conversationPath } from "./conversation.js";
import { ask, json, make, tell } from "./tools.js";
import { t } from "./texts.js";

const said = new Map(); // by turn

const keyOf = ({ dataset: { conversation, turn } }) => `${conversation} ${turn}`;

function mark(turn) {
  const vote = said.get(keyOf(turn));
  if (!vote) return;
  for (const button of turn.querySelectorAll("[data-vote]")) {
    const pressed = String(button.dataset.vote === vote);
    if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
  }
}

async function vote(turn, choice, reason = "") {
  const { conversation, turn: number } = turn.dataset;
  try {
    await ask(`${conversationPath(conversation)}/turns/${number}/feedback`, json("POST", { vote: choice, reason }));
    said.set(keyOf(turn), choice);
    mark(turn);
    tell(t("vote.told"));
    return true;
  } catch (error) {
    tell(error.message);
    return false;
  }
}

function askWhy(turn, button) {
  const field = make("input", { maxLength: 2000, autocomplete: "off", placeholder: t("vote.why") });
  field.setAttribute("aria-label", t("vote.why"));
  const form = make("form", { className: "why" }, field, make("button", { className: "act" }, t("vote.send")));
  const end = () => {
    form.remove();
    button.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await vote(turn, "down", field.value)) end();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  });
  button.closest(".acts").after(form);
  field.focus();
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-vote]");
  if (!button) return;
  const turn = button.closest(".turn");
  turn.querySelector(".why")?.remove();
  if ((await vote(turn, button.dataset.vote)) && button.dataset.vote === "down") askWhy(turn, button);
});

new MutationObserver(() => document.querySelectorAll(".turn[data-turn]").forEach(mark)).observe(document.body, {
  childList: true,
  subtree: true,
});

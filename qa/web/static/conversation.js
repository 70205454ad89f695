// Which conversation the Ask view shows: a kept one, or a new one. Gradio holds it.

import { question } from "./narrow.js";
import { ask, call, tell } from "./tools.js";
import { t } from "./texts.js";

export const conversationPath = (id) => `api/conversations/${encodeURIComponent(id)}`;
export const shown = () => document.querySelector("#current .turn")?.dataset.conversation;

// Show a kept conversation; an Error where there is none of that name.
export async function openConversation(id) {
  if (id === shown()) return;
  if (busy()) throw new Error(t("history.busy"));
  const kept = await ask("api/conversations"); // asking for one that is not there would fill the browser's log
  if (!kept.some((one) => one.id === id)) throw new Error(t("history.gone"));
  turnTo(id);
}

export function newConversation() {
  if (busy()) return tell(t("history.busy"));
  turnTo("");
  location.hash = "#/";
  question().focus();
}

export const busy = () => document.querySelector("#current .progress");
const turnTo = (id) => call("open", { conversation: id });

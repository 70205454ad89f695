// Which conversation the Ask view shows: one that is kept, named by the address #/c/ID or #/c/ID/N, its Nth question, or a
// new one. Gradio holds it, and the address follows what is shown.

import { question } from "./narrow.js";
import { ask, call, make, stillMotion, tell, whenThere, write } from "./tools.js";
import { t } from "./texts.js";

const LEFT = "article-qa-left"; // where a reload finds the page in this tab
const CUT = "article-qa-cut"; // the question that was being answered then
const root = document.documentElement;
let [leftAt, leftTop] = (sessionStorage.getItem(LEFT) ?? "").split(" ");
let wanted = null; // what Gradio is asked to show and does not show yet: its id, "" for a new one, and where in it
let before = {}; // what was shown

export const conversationPath = (id) => `api/conversations/${encodeURIComponent(id)}`;
export const conversationHash = (id) => `#/c/${encodeURIComponent(id)}`;
export const addressOf = (hash) => new URL(hash, location.href).href; // the page's base address has lost its query
export const busy = () => document.querySelector("#current .progress");
export const shown = () => [...document.querySelectorAll(".turn[data-conversation]")].at(-1)?.dataset.conversation;

const isShown = (id) => (id ? shown() === id : !document.querySelector(".turn"));
const replace = (state, hash = location.hash) => history.replaceState(state, "", addressOf(hash));

// Show a kept conversation at one of its questions or at its last answer, after a reload where it was left; an Error
// where there is none of that name.
export async function openConversation(id, turn) {
  if (wanted?.id === id) return;
  if (isShown(id) && !wanted) return turn && land({ id, turn });
  if (busy()) throw new Error(t("history.busy"));
  const asked = location.hash;
  const kept = await ask("api/conversations"); // asking for one that is not there would fill the browser's log
  if (location.hash !== asked) return;
  if (!kept.some((one) => one.id === id)) throw new Error(t("history.gone"));
  turnTo({ id, turn, top: asked === leftAt ? Number(leftTop) : undefined });
  leftAt = "";
}

export function newConversation() {
  if (busy()) return tell(t("history.busy"));
  turnTo({ id: "" });
  location.hash = "#/";
  question().focus();
}

function turnTo(conversation) {
  wanted = conversation;
  call("open", { conversation: wanted.id });
}

// The Ask view by an address that names no conversation: the start where it was one, else what is shown gives its name.
export function start() {
  const id = wanted ? wanted.id : shown();
  if (!id) return (wanted || isShown("")) && replace({ start: true });
  if (history.state?.start && !busy()) turnTo({ id: "" });
  else replace(null, conversationHash(id));
}

// An article is read beside it: the history of the browser keeps which.
export function stay() {
  const kept = history.state?.conversation;
  if (kept) openConversation(kept).catch(() => {});
  else if (shown()) replace({ conversation: shown() });
}

function land({ id, turn, top }) {
  const turns = [...document.querySelectorAll(".turn")];
  if (!isShown(id) || !turns.length) return;
  const one = turns.find(({ dataset }) => dataset.turn === String(turn));
  for (const other of turns) other.toggleAttribute("data-linked", other === one);
  const heading = one?.querySelector("h2");
  if (heading) heading.tabIndex = -1;
  heading?.focus({ preventScroll: true });
  if (top !== undefined) scrollTo(0, top);
  else (one ?? turns.at(-1)).scrollIntoView();
}

function follow() {
  if (busy()) wanted = null; // a question came before it
  if (wanted) {
    if (!wanted.drawn && isShown(wanted.id)) {
      const place = wanted;
      place.drawn = true;
      requestAnimationFrame(() => requestAnimationFrame(() => arrive(place))); // the other part of it is drawn, too
    }
    return;
  }
  const now = { id: shown(), turns: document.querySelectorAll(".turn").length, kept: !busy() };
  if (now.turns > before.turns) {
    const last = [...document.querySelectorAll(".turn")].at(-1);
    if (now.turns === 1) scrollTo(0, 0);
    else last.scrollIntoView({ behavior: stillMotion() ? "auto" : "smooth" });
  }
  if (now.turns && history.state?.start) replace(null);
  if (now.id && now.id !== before.id && root.dataset.view === "ask") name(now.id);
  const changed = ["id", "turns", "kept"].some((part) => now[part] !== before[part]);
  before = now;
  if (changed) document.dispatchEvent(new Event("conversation-shown"));
}

function arrive(place) {
  if (wanted !== place) return; // the reader has gone on
  wanted = null;
  before = { id: place.id, turns: Infinity }; // they are no news
  follow();
  land(place);
}

function name(id) {
  if (location.hash.startsWith("#/read/")) replace({ conversation: id });
  else if (!`${location.hash}/`.startsWith(`${conversationHash(id)}/`)) replace(null, conversationHash(id));
}

// With the page, or with the server's process, an answer ends that was being written: its question is asked again by hand.
function leave() {
  sessionStorage.setItem(LEFT, `${location.hash} ${Math.round(scrollY)}`);
  if (busy()) sessionStorage.setItem(CUT, document.querySelector("#current .turn h2").textContent);
}

async function returnCut() {
  const cut = sessionStorage.getItem(CUT);
  sessionStorage.removeItem(CUT);
  if (!cut) return;
  write(await whenThere("#question textarea"), cut);
  const said = make("p", { className: "note cut", role: "status" });
  document.querySelector("#composer").append(said);
  tell(t("cut"), said);
  const asked = new MutationObserver(() => busy() && (said.remove(), asked.disconnect()));
  asked.observe(document.body, { childList: true, subtree: true });
}

returnCut();
new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
addEventListener("pagehide", leave);

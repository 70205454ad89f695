// A page that the bookmarklet hands over from the window that opened this one: shown, and added where one says so.

import { addPage } from "./adding.js";
import { READY } from "./bookmarklet.js";
import { t } from "./texts.js";
import { webAddress, whenThere } from "./tools.js";

const LOOK = 1000; // ms before it can be added: a click that was meant for another window does not hit
const PATIENCE = 10_000; // ms
const NOT_READ = "script, style, noscript, template, svg";
const box = await whenThere("#shelf .receive");
const part = (selector) => box.querySelector(selector);
const [facts, told, take] = ["dl", "[role=status]", ".take"].map(part);
const largest = Number(document.querySelector("#shelf .collect").dataset.maxFile);
let page = null;
let came = false;

export function receive() {
  if (came) return;
  box.hidden = false;
  if (!window.opener) return say("receive.alone");
  say("receive.waiting");
  window.opener.postMessage(READY, "*"); // the page is not known yet; it learns nothing by this
  setTimeout(() => came || say("receive.late"), PATIENCE);
}

const say = (key, values) => (told.textContent = t(key, values));

addEventListener("message", ({ source, origin, data }) => {
  if (box.hidden || source === window) return;
  if (source !== window.opener) return say("receive.stranger", { origin });
  if (came) return say("receive.second");
  came = true;
  const problem = refusal(origin, data);
  if (problem) return say(...problem);
  page = data;
  show(origin);
});

function refusal(origin, data) {
  const { url, title, html } = data ?? {};
  if ([url, title, html].some((text) => typeof text !== "string") || !webAddress(url)) return ["receive.unreadable"];
  if (new URL(url).origin !== origin) return ["receive.elsewhere", { origin, url }];
  return new Blob([html]).size > largest && ["receive.large", { n: largest / 1e6 }];
}

function show(origin) {
  const said = { title: page.title || page.url, address: page.url, origin, words: wordsIn(page.html) };
  for (const [name, text] of Object.entries(said)) part(`.${name}`).textContent = text;
  facts.hidden = take.hidden = false;
  take.disabled = true;
  setTimeout(() => (take.disabled = false), LOOK);
  told.textContent = "";
  part("h2").focus();
}

// How many words the page has, menus and all: nothing of it is run or fetched to count them.
function wordsIn(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const element of body.querySelectorAll(NOT_READ)) element.remove();
  const words = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(body.textContent)].filter(({ isWordLike }) => isWordLike);
  return words.length.toLocaleString();
}

take.addEventListener("click", () => {
  addPage(page.url, page.html);
  leave();
});

part(".leave").addEventListener("click", () => {
  leave();
  if (window.opener) window.close(); // back to the page that was read
});

function leave() {
  box.hidden = true;
  page = null;
  location.hash = "#/articles";
}

// What the scripts of the page share. Foreign words become text, never markup.

export const whenThere = (selector) =>
  new Promise((resolve) => {
    const look = () => {
      const found = document.querySelector(selector);
      if (found) resolve(found);
      return found;
    };
    if (look()) return;
    const watch = new MutationObserver(() => look() && watch.disconnect());
    watch.observe(document, { childList: true, subtree: true });
  });

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Words of an article in whichever direction they are written.
export const foreign = (text) => make("bdi", {}, text);

export const readerLink = (id, text) => make("a", { href: `#/articles/${encodeURIComponent(id)}`, dir: "auto" }, text);

// The JSON of a route; an Error with the server's own line where it refuses.
export async function ask(path, options) {
  const response = await reach(path, options);
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
  return answer;
}

// What a request sends as JSON.
export const json = (method, value) => ({ method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    const { t } = await import("./texts.js");
    throw new Error(t("lost"));
  }
}

// What a route sends bit by bit, as server-sent events; an Error with the server's own line where it fails.
export async function* events(path, options) {
  const response = await reach(path, options);
  if (!response.ok) throw new Error((await response.json()).error);
  let text = "";
  for await (const chunk of chunks(response.body.pipeThrough(new TextDecoderStream()).getReader())) {
    const parts = (text + chunk).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      if (!part.startsWith("data: ")) continue; // a comment, so that the connection is kept
      const event = JSON.parse(part.slice("data: ".length));
      if (event.error) throw new Error(event.error);
      yield event;
    }
  }
}

// Not every browser can iterate over a stream.
async function* chunks(reader) {
  for (let read; !(read = await reader.read()).done; ) yield read.value;
}

export const articlePath = (id) => `api/articles/${encodeURIComponent(id)}`;

// The address where it is one of the web; any other scheme could run code.
export function webAddress(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

// Said to who does not see what changed, or at a place that all see.
export function tell(text, place = document.querySelector("#views .told")) {
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 50); // the same words twice are news, too
}

// What was chosen, in a list of such, and the button that takes it away.
export function chip(text, label, onclick) {
  const away = make("button", { type: "button", ariaLabel: label, onclick }, "×");
  return make("li", { className: "chip" }, foreign(text), away);
}

// Puts what lies over the page beside what it belongs to: below it where there is room, else above that or another.
export function beside(over, element, lid = element) {
  const { left, bottom } = element.getBoundingClientRect();
  const { top } = lid.getBoundingClientRect();
  const room = innerHeight - bottom > over.offsetHeight + 12 || top < over.offsetHeight;
  over.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - over.offsetWidth - 8))}px`;
  over.style.top = `${room ? bottom + 6 : top - over.offsetHeight - 6}px`;
}

export async function toClipboard(text) {
  await (navigator.clipboard ? navigator.clipboard.writeText(text) : copyOldWay(text));
}

// Where the page came over plain HTTP from another machine, browsers have no clipboard for it.
function copyOldWay(text) {
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put, { once: true });
  if (!document.execCommand("copy")) throw new Error();
}

// Tells Gradio, for whom qa/web/page.py listens ("ask", "open", and "narrow", what the box is restricted to), and overview.js
// ("refresh").
export const call = (event, data) => document.dispatchEvent(new CustomEvent(`page-${event}`, { detail: data }));

// Writes into a field of Gradio's as if it were typed.
export function write(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export const stillMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// What both parts of the Articles view need. Foreign words become text, never markup.

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

export const readerLink = (id, text) => make("a", { href: `#/articles/${encodeURIComponent(id)}` }, text);

// The JSON of a route; an Error with the server's own line where it refuses.
export async function ask(path, options) {
  const response = await reach(path, options);
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
  return answer;
}

export async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Error("the server cannot be reached; is it still running?");
  }
}

export function longDate(iso, dateStyle = "long") {
  const day = new Date(`${iso.slice(0, 10)}T00:00Z`);
  return isNaN(day) ? iso : new Intl.DateTimeFormat("en-GB", { dateStyle, timeZone: "UTC" }).format(day);
}

// The address where it is one of the web; any other scheme could run code.
export function webAddress(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

export const counted = (count, noun) => `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;

// The link that brings the page one reads here: kept as a bookmark, it opens our #/add and hands that window the HTML.

import { t } from "./texts.js";
import { toClipboard, whenThere } from "./tools.js";

// It runs in the page that is read, whose scripts could change what it calls: it may only hand that page over, to us.
const handOver = (ours, add, ready) => {
  const opened = window.open(add);
  const send = ({ origin, source, data }) => {
    if (origin !== ours || source !== opened || data !== ready) return;
    removeEventListener("message", send);
    const { title, documentElement } = document;
    opened.postMessage({ url: location.href, title, html: documentElement.outerHTML }, ours);
  };
  addEventListener("message", send);
};
export const READY = "article-qa: ready";

const link = await whenThere("#shelf .bring a");
const told = document.querySelector("#shelf .bring [role=status]");
const add = `${location.href.split("#")[0]}#/add`;
const given = [location.origin, add, READY].map((value) => JSON.stringify(value));
link.href = `javascript:${encodeURIComponent(`(${handOver})(${given})`)}`;

// Here it has nothing to bring; who cannot drag it gets its address.
link.addEventListener("click", async (event) => {
  event.preventDefault();
  const copied = toClipboard(link.href).then(() => "bring.copied", () => "bring.uncopied");
  told.textContent = t(await copied);
});

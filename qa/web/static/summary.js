// The summary above an article, folded: it comes when it is there, and reading does not wait for it.

import { wordsOf } from "./passages.js";
import { t } from "./texts.js";
import { articlePath, ask, make, whenThere } from "./tools.js";

const AGAIN = 5; // seconds until it is asked for again where the models are loaded, or others come first
const LATER = [429, 503];
const block = await whenThere("#shelf .reader .summary");
const list = block.querySelector("ul");
let shown = ""; // the article and the digest of its text

export function hideSummary() {
  shown = "";
  block.hidden = true;
  block.open = false;
}

export async function showSummary(article, elements, isPanel) {
  const key = `${article.id} ${article.sha256} ${isPanel}`;
  if (shown === key) return;
  hideSummary();
  shown = key;
  const answer = await asked(article.id, () => shown === key);
  if (shown !== key || answer?.status !== "answered") return;
  const view = isPanel ? "read" : "articles";
  const cited = answer.sentences.filter(({ citations }) => citations.length);
  const items = cited.map(({ text, citations: [number] }, i) => {
    const { start, end } = answer.citations.find((citation) => citation.number === number);
    const href = `#/${view}/${encodeURIComponent(article.id)}/${start}-${end}`;
    const spot = make("a", { className: "spot", href, ariaLabel: t("reader.summary.spot", { n: i + 1 }) }, String(i + 1));
    return make("li", {}, make("bdi", {}, wordsOf(elements, article.text, start, end) || text), "\u2060", spot);
  });
  list.replaceChildren(...items);
  block.hidden = false;
}

// Nothing where there is none, or nobody waits for it any more.
async function asked(id, isWanted) {
  while (isWanted()) {
    try {
      return await ask(`${articlePath(id)}/summary`);
    } catch (error) {
      if (!LATER.includes(error.status)) return null;
      await new Promise((resolve) => setTimeout(resolve, AGAIN * 1000));
    }
  }
  return null;
}

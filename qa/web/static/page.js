// Takes the reader from a mark to its source, and to each new question. All else is plain HTML.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const behavior = () => (calm.matches ? "auto" : "smooth");
let lastMark = null;

function openSource(mark) {
  const card = document.getElementById(mark.hash.slice(1));
  if (!card) return;
  card.closest(".sources").querySelector("[aria-current]")?.removeAttribute("aria-current");
  card.setAttribute("aria-current", "true");
  card.focus({ preventScroll: true });
  card.scrollIntoView({ behavior: behavior(), block: "nearest" });
  lastMark = mark;
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest?.("a.mark");
  if (!mark) return;
  event.preventDefault();
  openSource(mark);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement?.matches(".cited")) lastMark?.focus();
});

let turns = 0;
new MutationObserver(() => {
  const all = document.querySelectorAll(".turn");
  if (all.length > turns) {
    if (all.length === 1) scrollTo(0, 0);
    else all[all.length - 1].scrollIntoView({ behavior: behavior(), block: "start" });
  }
  turns = all.length;
}).observe(document.body, { childList: true, subtree: true });

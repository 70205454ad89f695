// A mark that is pointed at or focused shows the quote behind it; Escape puts it away.

import { beside, foreign, make, whenThere } from "./tools.js";

const WAIT = 120; // ms to reach the quote with the pointer before it goes
const peek = await whenThere("#peek");
let of = null;
let leaving = 0;

function show(mark) {
  clearTimeout(leaving);
  if (of === mark) return;
  hide();
  of = mark;
  const { title, source, date, quote, support, noted } = mark.dataset;
  const facts = [title, source, date, support].filter(Boolean).map(foreign);
  peek.replaceChildren(make("q", { dir: "auto" }, quote), make("p", { className: "facts" }, ...facts));
  if (noted) peek.append(make("p", { className: "noted" }, noted));
  peek.showPopover();
  beside(peek, mark);
  mark.setAttribute("aria-describedby", "peek");
}

function hide() {
  clearTimeout(leaving);
  of?.removeAttribute("aria-describedby");
  of = null;
  peek.hidePopover();
}

const leave = () => {
  clearTimeout(leaving);
  leaving = setTimeout(hide, WAIT);
};
const markOf = (event) => event.target.closest?.("a.mark");

// What moves under a pointer that rests was not pointed at.
let at = "";
const where = (event) => `${event.screenX} ${event.screenY}`;
document.addEventListener("pointermove", (event) => (at = where(event)), { passive: true });

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || where(event) === at) return; // a tap opens the article itself
  const mark = markOf(event);
  if (mark) show(mark);
  else if (event.target.closest?.("#peek")) clearTimeout(leaving);
  else if (of && document.activeElement !== of) leave();
});
document.addEventListener("focusin", (event) => {
  const mark = markOf(event);
  if (mark?.matches(":focus-visible")) show(mark);
  else if (of) hide();
});
document.addEventListener("click", hide);
addEventListener("scroll", () => of && leave(), { passive: true });
document.addEventListener(
  "keydown",
  (event) => {
    if (!of) return;
    if (event.key === "Escape") event.stopPropagation(); // what lies below stays open
    if (event.key === "Escape" || document.activeElement !== of) hide();
  },
  true,
);

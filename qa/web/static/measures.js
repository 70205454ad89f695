// What the measures are called and mean; each name says what it means where it is pointed at or focused.

import { language } from "./texts.js";
import { make } from "./tools.js";

const words = await (await fetch(`page/measures/${language}.json`)).json();
let count = 0;

const plain = (name) => words[`measure.${name}`] ?? name;
export const outcomeName = (name) => words[`outcome.${name}`] ?? "";

const term = (name, about) => {
  if (!about) return name;
  const id = `about-${++count}`;
  const told = make("span", { className: "about", id, role: "tooltip" }, about);
  const element = make("span", { className: "term", tabIndex: 0 }, name, told);
  element.setAttribute("aria-describedby", id);
  return element;
};
export const measure = (name) => term(plain(name), words[`about.${name}`]);
const outcome = (name) => term(outcomeName(name), words[`about.outcome.${name}`]);
export const about = (name) => words[`about.${name}`] ?? "";

// How many questions ended how.
export const outcomes = (counts, named = outcome) =>
  Object.entries(counts).map(([name, n]) => make("span", { className: `outcome ${name}` }, make("strong", {}, n), " ", named(name)));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const shown of document.querySelectorAll(".term:is(:hover, :focus)")) shown.classList.add("away");
});
for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, ({ target }) => {
    for (const shown of document.querySelectorAll(".term.away")) {
      if (!shown.contains(target)) shown.classList.remove("away");
    }
  });
}

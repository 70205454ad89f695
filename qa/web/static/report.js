// The Quality view: the main figures of the latest evaluation, or how to make one.

import { ask, make, whenThere } from "./tools.js";
import { longDate, t } from "./texts.js";

const report = await whenThere("#shelf .report");
const [title, found, none] = ["h1", ".found", "template"].map((selector) => report.querySelector(selector));

export async function showReport() {
  report.hidden = false;
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
  try {
    const latest = await ask("api/report");
    if (latest) fill(latest);
    else found.replaceChildren(none.content.cloneNode(true));
  } catch (error) {
    found.replaceChildren(error.message);
  }
}

export function hideReport() {
  report.hidden = true;
}

function fill({ made_at: day, gold, measures }) {
  const columns = ["measure", "value", "interval"].map((name) =>
    make("th", { scope: "col", className: name === "measure" ? "" : "number" }, t(`report.${name}`)),
  );
  const rows = measures.map(({ name, value, interval }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, t(`measure.${name}`)),
      make("td", { className: "number" }, value.toFixed(2)),
      make("td", { className: "number" }, interval ? interval.map((bound) => bound.toFixed(2)).join(" – ") : ""),
    ),
  );
  const whole = make("a", { href: "report", target: "_blank", rel: "noopener" }, t("report.open"));
  found.replaceChildren(
    make("p", { className: "note" }, t("report.made", { day: longDate(day), gold })),
    make("table", {}, make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...rows)),
    make("p", {}, whole),
  );
}

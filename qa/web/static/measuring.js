// The form that begins an evaluation, and the gold sets: from a file, drafted from the articles, from votes.

import { complain, post, refresh } from "./report.js";
import { counted, t } from "./texts.js";
import { ask, make, tell, whenThere } from "./tools.js";

const form = await whenThere("#shelf .report .begin");
const [gold, checked, taken, take, forget] = ["#gold", ".checked", ".taken", ".take", ".forget"].map((part) =>
  form.querySelector(part),
);
const file = form.querySelector("#gold-file");
const maxFile = Number(form.dataset.maxFile);
const buttons = [".go", ".draft"].map((part) => form.querySelector(part));
const DRAFTS = 20;

export function drawForm(sets, isTaken, select) {
  const before = select || gold.value;
  const options = sets.map(({ id, questions }) => make("option", { value: id }, `${id} · ${counted("quality.questions", questions)}`));
  gold.replaceChildren(...(options.length ? options : [make("option", { value: "" }, t("quality.gold.none"))]));
  if (sets.some(({ id }) => id === before)) gold.value = before;
  if (!sets.length) form.querySelector(".make").open = true;
  for (const button of buttons) button.disabled = isTaken;
  form.querySelector(".go").disabled ||= !sets.length;
  taken.hidden = !isTaken;
  point();
}

function point() {
  take.hidden = forget.hidden = !gold.value;
  take.href = `api/gold/${encodeURIComponent(gold.value)}`;
}

// What is done with a button; a problem is told in one line.
async function attempt(work) {
  complain("");
  try {
    await work();
  } catch (error) {
    complain(error.message);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!gold.value) return;
  attempt(async () => {
    const limit = form.limit.value ? Number(form.limit.value) : null;
    await post("api/evaluations", { gold: gold.value, limit, retrieval_only: form.what.value === "retrieval" });
    checked.replaceChildren();
    await refresh();
    document.querySelector("#shelf .working .cancel").focus();
    tell(t("quality.begun"));
  });
});

gold.addEventListener("change", point);

file.addEventListener("change", () => {
  const [chosen] = file.files;
  if (!chosen) return;
  attempt(async () => {
    if (chosen.size > maxFile) throw new Error(t("add.large", { n: maxFile / 1e6 }));
    const body = new FormData();
    body.append("file", chosen);
    const { gold: kept, problems } = await ask("api/gold", { method: "POST", body });
    file.value = ""; // so that the same file can be chosen again, mended
    if (kept) await refresh(kept.id);
    tellProblems(chosen.name, kept, problems);
  });
});

function tellProblems(name, kept, problems) {
  const lead = kept
    ? t(problems.length ? "quality.kept.doubts" : "quality.kept", { name: kept.id, questions: counted("quality.questions", kept.questions) })
    : t("quality.refused", { name });
  const items = problems.map(({ line, message }) => make("li", {}, t("quality.line", { line, message })));
  checked.replaceChildren(make("p", { className: kept ? "" : "problem" }, lead), ...(items.length ? [make("ul", {}, ...items)] : []));
}

form.querySelector(".draft").addEventListener("click", () =>
  attempt(async () => {
    const { id } = await post("api/gold/drafts", { count: DRAFTS });
    await refresh(id);
    document.querySelector("#shelf .working .cancel").focus();
  }),
);

form.querySelector(".votes").addEventListener("click", () =>
  attempt(async () => {
    const kept = await post("api/gold/votes");
    await refresh(kept.id);
    tellProblems("", kept, []);
  }),
);

forget.addEventListener("click", () =>
  attempt(async () => {
    const id = gold.value;
    await ask(`api/gold/${encodeURIComponent(id)}`, { method: "DELETE" });
    await refresh();
    tell(t("remove.done", { title: id }));
    gold.focus();
  }),
);

// The Settings view: what this browser remembers, and which language model answers, for whoever runs the server.

import { t } from "./texts.js";
import { ask, json, make, tell, whenThere } from "./tools.js";

const LANGUAGE = "article_qa_language"; // a cookie: the server writes most words of the page
const YEAR = 365 * 24 * 3600;
const view = await whenThere("#shelf .settings");
const title = view.querySelector("h1");
const own = view.querySelector(".own");
const said = own.querySelector("[role=status]");
const [length, theme, language] = ["length", "theme", "language"].map((name) => own.querySelector(`#set-${name}`));
const form = view.querySelector(".model");
const [now, result] = [form.querySelector(".now"), form.querySelector(".result")];
const [test, use, forget] = ["test", "use", "forget"].map((name) => form.querySelector(`.${name}`));
const state = form.querySelector("#key-state");
const theLength = () => document.querySelector("#narrow .length"); // the same setting, beside the question
let told = { providers: [], facts: [] };
let filled = false;

export async function showSettings() {
  view.hidden = false;
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
  length.value = theLength().value;
  theme.value = document.documentElement.dataset.theme ?? "";
  language.value = cookie();
  try {
    take(await ask("api/settings"));
    if (!filled) fill();
  } catch (error) {
    tell(error.message, said);
  }
}

export function hideSettings() {
  view.hidden = true;
}

// What this browser remembers

const cookie = () => document.cookie.match(new RegExp(`(?:^|; )${LANGUAGE}=(\\w+)`))?.[1] ?? "";

length.addEventListener("change", () => {
  theLength().value = length.value;
  theLength().dispatchEvent(new Event("change", { bubbles: true }));
  saved();
});

theme.addEventListener("change", () => {
  document.dispatchEvent(new CustomEvent("theme-chosen", { detail: theme.value }));
  saved();
});

language.addEventListener("change", () => {
  const age = language.value ? YEAR : 0;
  document.cookie = `${LANGUAGE}=${language.value}; Path=${location.pathname}; Max-Age=${age}; SameSite=Lax`;
  const search = new URLSearchParams(location.search);
  if (!search.has("lang")) return location.reload();
  search.delete("lang"); // it would go before what was chosen
  const rest = search.size ? `?${search}` : "";
  location.replace(`${location.pathname}${rest}${location.hash}`);
});

const saved = () => tell(t("settings.saved"), said);

// The language model

function take(answer) {
  told = answer;
  view.querySelector(".theirs").hidden = told.may_change;
  form.hidden = view.querySelector(".rest").hidden = !told.may_change;
  if (!told.may_change) return;
  const uses = told.in_use ? t("settings.now", { model: told.in_use }) : told.problem;
  const fixed = told.fixed_by && t("settings.fixed", { variable: told.fixed_by });
  now.textContent = [uses || t("settings.loading"), fixed].filter(Boolean).join(" ");
  form.querySelector("fieldset").disabled = Boolean(told.fixed_by);
  use.hidden = Boolean(told.fixed_by);
  drawRest();
  drawKey();
}

// The form as what is chosen now would fill it; later it keeps what is being typed.
function fill() {
  filled = true;
  const [provider, name] = told.model_url ? ["", told.model] : told.model.split(/:(.*)/s);
  form.kind.value = told.model_url ? "server" : told.model === "embedded" ? "embedded" : "provider";
  const there = told.providers.filter(({ installed }) => installed).map((each) => each.name);
  const offered = provider && provider !== "embedded" && !there.includes(provider) ? [...there, provider] : there;
  form.provider.replaceChildren(...offered.map((each) => make("option", { value: each }, each)));
  if (form.kind.value === "provider") form.provider.value = provider;
  form.model_url.value = told.model_url ?? "";
  form.model.value = (name === "embedded" ? "" : name) ?? "";
  form.key.value = "";
  arrange();
}

function arrange() {
  const kind = form.kind.value;
  const parts = { embedded: [], provider: ["provider", "model", "key"], server: ["model_url", "model", "key"] }[kind] ?? [];
  for (const part of form.querySelectorAll("[data-part]")) part.hidden = !parts.includes(part.dataset.part);
  drawKey();
}

const known = () => told.providers.find(({ name }) => name === form.provider.value);

function drawKey() {
  const isServer = form.kind.value === "server";
  const variable = isServer ? told.variable : known()?.variable;
  const isSame = isServer && form.model_url.value.trim() === told.model_url;
  const kept = isServer ? isSame && told.key : known()?.key;
  form.key.closest("[data-part]").hidden = form.kind.value === "embedded" || !(isServer || variable);
  form.key.disabled = kept === "environment";
  forget.hidden = isServer || kept !== "keyring";
  const words = { environment: "settings.key.environment", keyring: "settings.key.keyring" };
  state.textContent = t(words[kept] ?? (isServer ? "settings.key.optional" : "settings.key.none"), { variable });
}

function wanted() {
  const kind = form.kind.value;
  const name = form.model.value.trim();
  const whole = {
    embedded: { model: "embedded", model_url: null },
    provider: { model: `${form.provider.value}:${name}`, model_url: null },
    server: { model: name || "embedded", model_url: form.model_url.value.trim() },
  }[kind];
  const key = kind === "embedded" || form.key.disabled ? "" : form.key.value.trim();
  return { ...(!told.fixed_by && whole), ...(key && { key }) };
}

// A problem beside the field that it is about, else below the form.
function trouble(message = "") {
  const [, place, about] = message.match(/^(?:body\.)?(model_url|model|key): (.*)$/s) ?? [];
  for (const name of ["model_url", "model", "key"]) {
    const field = form[name];
    const line = form.querySelector(`#${field.id.replace("set-", "")}-problem`);
    const isHere = name === place && !field.closest("[data-part]").hidden;
    field.toggleAttribute("aria-invalid", false);
    if (isHere) field.setAttribute("aria-invalid", "true");
    line.hidden = !isHere;
    line.textContent = isHere ? about : "";
    if (isHere) field.focus();
  }
  const isShown = place && !form[place].closest("[data-part]").hidden;
  tell(isShown ? "" : (about ?? message), result);
}

function lacking() {
  const kind = form.kind.value;
  if (kind === "provider" && !form.model.value.trim() && !told.fixed_by) return `model: ${t("settings.name.missing")}`;
  return "";
}

async function send(button, method, path, words, done) {
  const lacks = lacking();
  trouble(lacks);
  if (lacks) return;
  tell(words, result);
  test.disabled = use.disabled = true;
  try {
    done(await ask(path, json(method, wanted())));
  } catch (error) {
    trouble(error.message);
  } finally {
    test.disabled = use.disabled = false;
    if (document.activeElement === document.body) button.focus({ preventScroll: true });
  }
}

test.addEventListener("click", () =>
  send(test, "POST", "api/settings/test", t("settings.testing"), (trial) => {
    if (trial.problem) return trouble(trial.problem);
    const facts = { model: trial.model, first: trial.first.toFixed(1), total: trial.total.toFixed(1), words: trial.words };
    tell(t(trial.words ? "settings.tested" : "settings.shelved", facts), result);
  }),
);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(use, "PATCH", "api/settings", t("settings.loading"), (answer) => {
    take(answer);
    fill();
    tell(t("settings.used", { model: told.in_use || told.model }), result);
  });
});

forget.addEventListener("click", async () => {
  try {
    take(await ask(`api/settings/keys/${form.provider.value}`, { method: "DELETE" }));
    tell(t("settings.key.forgotten"), result);
    form.key.focus();
  } catch (error) {
    trouble(error.message);
  }
});

form.addEventListener("change", ({ target }) => {
  if (target.name === "kind") trouble();
  if (["kind", "provider"].includes(target.name)) arrange();
});
form.model_url.addEventListener("input", drawKey);

function drawRest() {
  const rows = told.facts.map(({ variable, value, origin }) => {
    const shown = value === null ? t("settings.rest.none") : value === true ? t("yes") : value === false ? t("no") : value;
    const by = t(`settings.rest.${origin}`);
    return make("tr", {}, make("th", { scope: "row" }, variable), make("td", {}, String(shown)), make("td", {}, by));
  });
  view.querySelector(".rest tbody").replaceChildren(...rows);
}

// What the page says in the language that the server chose for the reader.

import { whenThere } from "./tools.js";

const nav = await whenThere("#views nav");
export const language = nav.lang;
export const words = await (await fetch(`page/texts/${language}.json`)).json();
const locale = language === "en" ? "en-GB" : language;
const plural = new Intl.PluralRules(locale);
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]]; // in seconds

document.documentElement.lang = language;
document.title = words.title;

export const t = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

export const counted = (key, n) => t(`${key}.${plural.select(n)}`, { n: n.toLocaleString(locale) });

export function longDate(iso, dateStyle = "long") {
  const day = new Date(`${iso.slice(0, 10)}T00:00Z`);
  return isNaN(day) ? iso : new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC" }).format(day);
}

export const exactTime = (iso) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(new Date(iso));

// A time in words: "5 minutes ago", "in 2 hours".
export function fromNow(iso) {
  const seconds = (new Date(iso) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, least]) => Math.abs(seconds) >= least) ?? ["minute", 60];
  return relative.format(Math.trunc(seconds / size), unit);
}

export const clockTime = (time) => new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(time);

export function languageName(code) {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

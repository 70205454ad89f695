// The articles of the library, asked for page by page, and what can be done with several of them.

import { ask, json } from "./tools.js";

const AT_ONCE = 1000; // articles that one request changes

// Some of the articles; parameters without a value are left out.
export const page = (wanted) => {
  const given = Object.entries(wanted).filter(([, value]) => value);
  return ask(`api/articles?${new URLSearchParams(given)}`);
};

export const facets = () => ask("api/facets");

export async function changeTags(ids, change) {
  for (const some of parts(ids)) await ask("api/articles", json("PATCH", { ids: some, ...change }));
}

// The requests by which articles are removed.
export const removals = (ids) => parts(ids).map((some) => ["api/articles/remove", json("POST", { ids: some })]);

function parts(ids) {
  const found = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) found.push(ids.slice(at, at + AT_ONCE));
  return found;
}

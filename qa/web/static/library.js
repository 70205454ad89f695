// The articles of the library without their texts, asked for once and again after each change.

import { ask } from "./tools.js";

let asked = null;

export function all(anew = false) {
  if (!asked || anew) {
    asked = ask("api/articles");
    asked.catch(() => (asked = null));
  }
  return asked;
}

// Files may be dropped on every view; elsewhere the browser would leave the page to show them.

import { addFiles } from "./adding.js";

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
const light = (isOn) => document.documentElement.toggleAttribute("data-dropping", isOn);

addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  light(true);
});

addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) light(false);
});

addEventListener("drop", (event) => {
  light(false);
  if (!holdsFiles(event)) return;
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => [item.getAsFile(), item.webkitGetAsEntry?.()?.isDirectory]);
  addFiles(entries.filter(([file]) => file).map(([file, isFolder]) => ({ file, isFolder })));
});

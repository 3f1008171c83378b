// @ts-check
/** Keys of the search page: to the words, along the results, to the next page. */
import { onKey } from "./console.js";

const hits = [...document.querySelectorAll(".hit a[href]")].filter((each) => each instanceof HTMLAnchorElement);
const words = document.getElementById("q");
const next = document.getElementById("next");

function step(/** @type {number} */ by) {
  const at = hits.findIndex((each) => each === document.activeElement);
  const to = hits[at < 0 ? (by > 0 ? 0 : hits.length - 1) : Math.min(hits.length - 1, Math.max(0, at + by))];
  to?.focus();
}

onKey("/", "To the words", () => words?.focus());
onKey("j", "Next result", () => step(1));
onKey("k", "Result before", () => step(-1));
if (next instanceof HTMLAnchorElement) onKey("n", "Earlier ones", () => next.click());

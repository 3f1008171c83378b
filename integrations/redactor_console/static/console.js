// @ts-check
/** Times in the reader's zone, and keys. Everything else works without a script. */

/** Write every `<time>` in the zone of the browser, or in the one the page asks for. */
export function localTimes(/** @type {ParentNode} */ root = document) {
  const zone = document.documentElement.dataset.zone || undefined;
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  for (const each of root.querySelectorAll("time[datetime]")) {
    const at = new Date(each.getAttribute("datetime") ?? "");
    if (!Number.isNaN(at.valueOf())) {
      each.textContent = format.format(at);
      each.setAttribute("title", at.toISOString());
    }
  }
}

/** Say something to everybody, also to who hears the page. */
export function say(/** @type {string} */ text) {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
}

/** @typedef {(event: KeyboardEvent) => void} Act */
/** @typedef {{key: string, does: string, act: Act}} Key */

/** @type {Key[]} */
const keys = [];

/** Let a key do something while nobody types; `?` shows them all. People may turn single keys off (WCAG 2.2, 2.1.4). */
export function onKey(/** @type {string} */ key, /** @type {string} */ does, /** @type {Act} */ act) {
  keys.push({ key, does, act });
}

function isTyping(/** @type {EventTarget | null} */ target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

/** Enter and the space bar belong to what they press. */
function isPressing(/** @type {KeyboardEvent} */ event) {
  const target = event.target instanceof Element ? event.target.closest("a[href], button, summary, label") : null;
  return target !== null && (event.key === "Enter" || event.key === " ");
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const list = document.getElementById("keys-list");
  if (!(dialog instanceof HTMLDialogElement) || !list) return;
  const table = document.createElement("table");
  for (const each of keys) {
    const row = table.insertRow();
    const shown = document.createElement("kbd");
    shown.textContent = each.key;
    row.insertCell().append(shown);
    row.insertCell().textContent = each.does;
  }
  list.replaceChildren(table);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isPressing(event)) return;
  if (document.documentElement.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  const found = keys.find((each) => each.key === event.key);
  if (found) {
    event.preventDefault();
    found.act(event);
  }
});
onKey("?", "Show the keys", showKeys);
localTimes();

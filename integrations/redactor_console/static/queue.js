// @ts-check
/** Verdicts by keyboard and mouse on the message of the page. Without this script the page's forms do the same. */

import { onKey, say } from "./console.js";
import { boundaries, next, select, selectedIn, textOf, toUtf16, wordsOf } from "./offsets.js";

const message = document.getElementById("message");
const text = document.getElementById("text");
const picker = document.getElementById("picker");

/** Answers that are still to come: a message is not left before them. @type {Set<Promise<boolean>>} */
const pending = new Set();

/** @typedef {{said?: string, error?: string, reload?: boolean, go?: string}} Answer */

if (message && text && picker instanceof HTMLDialogElement) start(message, text, picker);

function start(/** @type {HTMLElement} */ message, /** @type {HTMLElement} */ text, /** @type {HTMLDialogElement} */ picker) {
  const path = message.dataset.path ?? "";
  const marks = /** @type {HTMLAnchorElement[]} */ ([...text.querySelectorAll("a.chip, a.vote")]);
  let current = -1;

  for (const each of document.querySelectorAll(".scripted")) if (each instanceof HTMLElement) each.hidden = false;
  text.tabIndex = 0;
  text.setAttribute("aria-label", "Text of the message");
  text.setAttribute("role", "group");

  // -- what is looked at

  function go(/** @type {number} */ to) {
    const found = marks[to];
    if (!found) return;
    found.focus();
    settle(to);
  }

  function settle(/** @type {number} */ to) {
    if (current === to) return;
    current = to;
    for (const each of document.querySelectorAll("#text [aria-current], .found [aria-current]")) each.removeAttribute("aria-current");
    marks[to]?.setAttribute("aria-current", "true");
    row()?.setAttribute("aria-current", "true");
  }

  function row() {
    const number = marks[current]?.dataset.number;
    return number === undefined ? null : document.getElementById(`e-${number}`);
  }

  marks.forEach((each, number) => {
    each.addEventListener("focus", () => settle(number));
    each.addEventListener("click", (event) => {
      event.preventDefault();
      settle(number);
      row()?.scrollIntoView({ block: "nearest" });
    });
    each.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // Enter is for the message, and a chip has no page of its own
      event.stopPropagation();
      if (!event.repeat) press("s");
    });
  });
  document.querySelector(".found")?.addEventListener("focusin", (event) => {
    const item = event.target instanceof Element ? event.target.closest("li[id]") : null;
    const number = item ? marks.findIndex((each) => `e-${each.dataset.number}` === item.id) : -1;
    if (number >= 0) settle(number);
  });

  // -- what is said

  /** Press the button of a key: of the row that is looked at, or of the message. */
  function press(/** @type {string} */ key) {
    const button = (row() ?? document).querySelector(`button[data-key="${key}"]`) ?? document.querySelector(`.actions button[data-key="${key}"]`);
    if (button instanceof HTMLButtonElement) button.click();
    return button instanceof HTMLButtonElement;
  }

  function onChip(/** @type {string} */ key, /** @type {string} */ does, /** @type {() => void} */ act) {
    onKey(key, does, () => (row() ? act() : say("Choose something hidden first: j and k go from one to the next.")));
  }

  /** @returns {Promise<Answer>} */
  async function post(/** @type {string} */ to, /** @type {Record<string, string>} */ fields) {
    const token = document.querySelector('input[name="csrf"]');
    const csrf = token instanceof HTMLInputElement ? token.value : "";
    try {
      const answer = await fetch(to, {
        method: "POST",
        headers: { accept: "application/json", "x-csrf-token": csrf },
        body: new URLSearchParams(fields),
      });
      return await answer.json();
    } catch {
      return { error: "The server cannot be reached, so nothing was said. Try again." };
    }
  }

  /** Send a form; what it says shows at once, and goes again where the server refuses it. */
  async function send(/** @type {HTMLFormElement} */ form, /** @type {Record<string, string>} */ more) {
    const given = { ...Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])), ...more };
    const undo = given.kind === "clean" ? showClean() : showMark(form, given);
    const answer = await post(form.action, given);
    if (answer.error !== undefined) {
      undo();
      say(answer.error);
      return false;
    }
    const box = form.elements.namedItem("everywhere");
    if (box instanceof HTMLInputElement) box.checked = false;
    if (answer.reload) again(answer.said ?? ""); // the text has changed, or more than this place
    else say(answer.said ?? "");
    return true;
  }

  /** Load the page as it is now, and say there what was done. */
  function again(/** @type {string} */ said) {
    history.replaceState({ said }, "");
    location.reload();
  }

  const words = new Map([["correct", "correct"], ["not_personal", "not personal"], ["wrong_boundary", "wrong boundary"]]);

  /** @returns {() => void} what takes it back */
  function showMark(/** @type {HTMLFormElement} */ form, /** @type {Record<string, string>} */ given) {
    const said = given.kind === "wrong_type" ? `wrong type, it is ${given.to_type}` : (words.get(given.kind ?? "") ?? "");
    const item = form.closest("li");
    const chip = text.querySelector(`.chip[data-start="${item?.dataset.start}"]`);
    const places = [item?.querySelector(".mark"), chip?.querySelector(".mark")].filter((each) => each instanceof HTMLElement);
    const before = places.map((each) => each.textContent);
    for (const each of places) each.textContent = said;
    return () => places.forEach((each, number) => (each.textContent = before[number] ?? ""));
  }

  function showClean() {
    const place = document.getElementById("clean");
    const before = place?.hidden ?? true;
    if (place) place.hidden = false;
    return () => void (place && (place.hidden = before));
  }

  function track(/** @type {Promise<boolean>} */ sending) {
    pending.add(sending);
    void sending.finally(() => pending.delete(sending));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.classList.contains("verdict")) {
      event.preventDefault();
      const button = event.submitter;
      track(send(form, button instanceof HTMLButtonElement && button.name ? { [button.name]: button.value } : {}));
    } else if (form.classList.contains("undo")) {
      event.preventDefault();
      void take(form);
    } else if (pending.size > 0) {
      event.preventDefault(); // what was said must stand before the message is left
      void Promise.all(pending).then((all) => all.every(Boolean) && form.requestSubmit());
    }
  });

  async function take(/** @type {HTMLFormElement} */ form) {
    await Promise.all(pending);
    const answer = await post(form.action, Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));
    if (answer.error !== undefined) return say(answer.error);
    if (answer.go && !location.pathname.endsWith(answer.go.split("?")[0] ?? "")) {
      location.assign((path.split("/conversations/")[0] ?? "") + answer.go);
    } else again(answer.said ?? "");
  }

  // -- what is selected

  /** What the selection is for; nothing is selected by keyboard while undefined. @type {"missed" | "boundary" | undefined} */
  let selecting;
  let anchor = { start: 0, end: 0 };

  function begin(/** @type {"missed" | "boundary"} */ what) {
    selecting = what;
    const whole = textOf(text);
    const mark = marks[current];
    const here = mark ? spanOf(mark, whole) : { start: 0, end: 0 };
    anchor = what === "boundary" ? here : (inClear(whole).find((each) => each.start >= here.start) ?? inClear(whole).pop() ?? here);
    text.focus();
    show();
    say("Arrows go to another word, Shift and arrows make the selection longer or shorter, Home takes the word before it, up and down move its end by one character, with Shift its beginning. Enter takes it, Escape ends.");
  }

  /** Where a mark stands: UTF-16 offsets. */
  function spanOf(/** @type {HTMLElement} */ mark, /** @type {string} */ whole) {
    return { start: toUtf16(whole, Number(mark.dataset.start)), end: toUtf16(whole, Number(mark.dataset.end)) };
  }

  /** The words that are not hidden. */
  function inClear(/** @type {string} */ whole) {
    const hidden = marks.filter((each) => each.matches(".chip")).map((each) => spanOf(each, whole));
    return wordsOf(whole).filter((word) => !hidden.some((each) => word.start < each.end && each.start < word.end));
  }

  function show() {
    select(text, anchor.start, anchor.end);
    if (selecting) say(textOf(text).slice(anchor.start, anchor.end) || "nothing");
  }

  function moved(/** @type {KeyboardEvent} */ event) {
    const whole = textOf(text);
    const ahead = event.key === "ArrowRight" || event.key === "ArrowDown";
    const by = ahead ? 1 : -1;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const ends = wordsOf(whole).map((each) => each.end);
      if (event.shiftKey) return { start: anchor.start, end: Math.max(next(ends, anchor.end, by), anchor.start) };
      const words = inClear(whole);
      return (ahead ? words.find((each) => each.start >= anchor.end) : words.findLast((each) => each.end <= anchor.start)) ?? anchor;
    }
    if (event.key === "Home") return { start: next(wordsOf(whole).map((each) => each.start), anchor.start, -1), end: anchor.end };
    const characters = boundaries(whole);
    if (event.shiftKey) return { start: Math.min(next(characters, anchor.start, by), anchor.end), end: anchor.end };
    return { start: anchor.start, end: Math.max(next(characters, anchor.end, by), anchor.start) };
  }

  text.addEventListener("keydown", (event) => {
    if (!selecting || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(Arrow|Home)/.test(event.key)) {
      anchor = moved(event);
      show();
    } else if (event.key === "Enter" || event.key === (selecting === "missed" ? "m" : "b")) {
      if (!event.repeat) taken();
    } else if (event.key === "Escape") {
      stop();
      go(Math.max(current, 0));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });

  function stop() {
    selecting = undefined;
    document.getSelection()?.removeAllRanges();
  }

  /** What is selected, by mouse or keyboard, is what it was selected for. */
  function taken() {
    const span = selectedIn(text);
    const what = selecting;
    if (!span) return say("Nothing is selected.");
    if (what === "boundary") bounded(span);
    else missed(span);
    selecting = undefined;
  }

  function bounded(/** @type {import("./offsets.js").Span} */ span) {
    const form = row()?.querySelector("form");
    if (form) track(send(form, { kind: "wrong_boundary", to_start: String(span.start), to_end: String(span.end), everywhere: "" }));
    stop();
    go(current);
  }

  function missed(/** @type {import("./offsets.js").Span} */ span, guess = "") {
    const whole = textOf(text);
    const chosen = whole.slice(toUtf16(whole, span.start), toUtf16(whole, span.end)).trim();
    const revision = message.dataset.revision ?? "";
    const stage = document.querySelector('input[name="stage"]');
    const fields = { kind: "missed", start: String(span.start), end: String(span.end), revision, stage: stage instanceof HTMLInputElement ? stage.value : "review" };
    pick(chosen, guess, true, (type, everywhere) => {
      say("Hiding it …");
      track(
        post(`${path}/verdicts`, { ...fields, type, everywhere: everywhere ? "1" : "" }).then((answer) => {
          if (answer.error === undefined) {
            again(answer.said ?? "");
            return true;
          }
          say(answer.error);
          return false;
        }),
      );
    });
  }

  function onMissed() {
    const span = selectedIn(text);
    const mark = marks[current];
    if (span) missed(span);
    else if (mark?.classList.contains("vote")) missed({ start: Number(mark.dataset.start), end: Number(mark.dataset.end) }, mark.dataset.type);
    else begin("missed");
  }

  function onBoundary() {
    if (!row()) return say("Choose something hidden first.");
    const span = selectedIn(text);
    if (span) bounded(span);
    else begin("boundary");
  }

  // -- which type it is

  const filter = /** @type {HTMLInputElement} */ (document.getElementById("picker-filter"));
  const choices = /** @type {HTMLButtonElement[]} */ ([...picker.querySelectorAll("#picker-types button")]);
  const everywhere = /** @type {HTMLInputElement} */ (picker.querySelector("#picker-everywhere input"));
  /** @type {(type: string, everywhere: boolean) => void} */
  let chosen = () => undefined;

  function pick(/** @type {string} */ of, /** @type {string} */ first, /** @type {boolean} */ mayBeEverywhere, /** @type {(type: string, everywhere: boolean) => void} */ act) {
    chosen = act;
    const place = document.getElementById("picker-of");
    if (place) place.textContent = of;
    const label = document.getElementById("picker-everywhere");
    if (label) label.hidden = !mayBeEverywhere;
    filter.value = first;
    narrow();
    picker.showModal();
    filter.focus();
    filter.select();
  }

  function narrow() {
    const wanted = filter.value.trim().toUpperCase().replaceAll(" ", "_");
    for (const each of choices) {
      const item = each.closest("li");
      if (item) item.hidden = !each.value.includes(wanted);
    }
  }

  function shownChoices() {
    return choices.filter((each) => !each.closest("li")?.hidden);
  }

  filter.addEventListener("input", narrow);
  filter.addEventListener("keydown", (event) => {
    const choice = event.key === "Enter" ? shownChoices()[0] : /^[1-9]$/.test(event.key) ? shownChoices()[Number(event.key) - 1] : undefined;
    if (!choice) return;
    event.preventDefault();
    if (!event.repeat) choice.click();
  });
  for (const each of choices) {
    each.addEventListener("click", () => {
      const isEverywhere = everywhere.checked;
      picker.close();
      chosen(each.value, isEverywhere);
    });
  }
  document.getElementById("picker-close")?.addEventListener("click", () => picker.close());
  picker.addEventListener("close", () => {
    everywhere.checked = false;
    stop();
    if (current >= 0) marks[current]?.focus();
    else text.focus();
  });

  function onType() {
    const list = row()?.querySelector("select");
    const button = row()?.querySelector('button[data-key="t"]');
    if (!list || !(button instanceof HTMLButtonElement)) return;
    pick(marks[current]?.firstChild?.textContent ?? "", "", false, (type) => {
      if (![...list.options].some((each) => each.value === type)) return say("It is hidden as that already.");
      list.value = type;
      button.click();
    });
  }

  function onEverywhere() {
    const box = selecting === "missed" || selectedIn(text) ? everywhere : row()?.querySelector('input[name="everywhere"]');
    if (!(box instanceof HTMLInputElement)) return say("Choose something hidden, or select what was missed, first.");
    box.checked = !box.checked;
    say(box.checked ? "What you say next is said of it everywhere." : "What you say next is said of this place only.");
  }

  const once = (/** @type {(event: KeyboardEvent) => void} */ act) => (/** @type {KeyboardEvent} */ event) => event.repeat || act(event);

  onKey("j", "To the next one that is hidden or was voted for", () => go(Math.min(current + 1, marks.length - 1)));
  onKey("k", "Nothing is missed in the message", once(() => press("k")));
  onKey("ArrowRight", "The same", () => go(Math.min(current + 1, marks.length - 1)));
  onKey("ArrowLeft", "To the one before", () => go(Math.max(current - 1, 0)));
  onKey("J", "The same", () => go(Math.max(current - 1, 0)));
  onChip("c", "Correct", () => press("c"));
  onChip("t", "Wrong type, and which it is", onType);
  onChip("b", "Wrong boundary: select where it should be", onBoundary);
  onChip("n", "Not personal", () => press("n"));
  onKey("m", "Missed: select it, then choose its type", once(onMissed));
  onKey("e", "The same everywhere: say it before the verdict", onEverywhere);
  onKey("u", "Take back", once(() => press("u")));
  onKey("s", "Submit, and the next message", once(() => press("s")));
  onKey("Enter", "Submit, and the next message", once(() => press("s")));
  onKey("x", "Skip", once(() => press("x")));
  const selects = [document.getElementById("missed"), ...document.querySelectorAll('button[data-key="b"]')];
  for (const each of selects) {
    each?.addEventListener("mousedown", (event) => event.preventDefault()); // else what is selected would be no more
    each?.addEventListener("click", each.id === "missed" ? onMissed : onBoundary);
  }

  if (typeof history.state?.said === "string") {
    say(history.state.said);
    history.replaceState(null, "");
  }
  if (!location.hash) go(Math.max(0, marks.findIndex((each) => each.matches(".chip") && !each.querySelector(".mark")?.textContent)));
}

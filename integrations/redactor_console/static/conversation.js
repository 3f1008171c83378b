// @ts-check
/** Why something is hidden, beside the conversation; and the way to a message that is on another page of it. */

import { onKey, say } from "./console.js";

/** @typedef {{type: string, score: number, recognizer: string}} Vote */
/** @typedef {{number: number, placeholder: string, type: string, score: number, recognizer: string, operator: string,
 *   outcome: string, reason: string, reveal: string, verdict: string, votes: Vote[]}} Decision */
/** @typedef {{error?: string, revision: number, policy_version: string, model_version: string, risk: number,
 *   reasons: string[], entities: Decision[], votes: {start: number, votes: Vote[]}[]}} Trail */

const panel = document.getElementById("why");
const chat = document.getElementById("chat");
const list = document.getElementById("why-list");
const more = document.getElementById("why-more");
const reveal = document.getElementById("why-reveal");

function inWords(/** @type {Vote[]} */ votes) {
  return votes.map((each) => `${each.type} ${each.score.toFixed(2)}, ${each.recognizer}`).join("; ");
}

/** @returns {[string, string][]} */
function ofEntity(/** @type {Decision} */ each) {
  return [
    ["What it is", `${each.type}, ${each.outcome} with ${each.operator}${each.placeholder ? ` as ${each.placeholder}` : ""}`],
    ["Who found it", `${each.recognizer}, score ${each.score.toFixed(2)}`],
    ["Why", each.reason],
    ["Other votes here", inWords(each.votes)],
    ["You said", each.verdict],
  ];
}

/** @returns {[string, string][]} */
function ofVotes(/** @type {Vote[]} */ votes) {
  return [["Votes that were not enough", inWords(votes)]];
}

/** @returns {[string, string][]} */
function ofMessage(/** @type {Trail} */ trail) {
  return [
    ["Risk of the message", `${trail.risk.toFixed(2)}${trail.reasons.length ? `: ${trail.reasons.join("; ")}` : ""}`],
    ["Policy, model, revision", `${trail.policy_version}, ${trail.model_version}, ${trail.revision}`],
  ];
}

function write(/** @type {Element} */ list, /** @type {[string, string][]} */ facts) {
  list.replaceChildren();
  for (const [name, fact] of facts) {
    if (!fact) continue;
    const term = document.createElement("dt");
    const said = document.createElement("dd");
    term.textContent = name;
    said.textContent = fact;
    said.dir = "auto";
    list.append(term, said);
  }
}

async function show(/** @type {HTMLAnchorElement} */ chip) {
  if (!(panel instanceof HTMLDialogElement) || !list || !(more instanceof HTMLAnchorElement)) return;
  const address = chip.href.split("#")[0] ?? "";
  /** @type {Trail | undefined} */
  let trail;
  try {
    trail = await (await fetch(address, { headers: { accept: "application/json" } })).json();
  } catch {
    trail = undefined;
  }
  if (!trail || trail.error !== undefined) return say(trail?.error ?? "The server cannot be reached.");
  const found = trail.entities.find((each) => String(each.number) === chip.dataset.number);
  const votes = trail.votes.find((each) => String(each.start) === chip.dataset.start);
  const title = document.getElementById("why-title");
  if (title) title.textContent = found ? "Why it is hidden" : "Why it is not hidden";
  write(list, [...(found ? ofEntity(found) : ofVotes(votes?.votes ?? [])), ...ofMessage(trail)]);
  more.href = chip.href;
  if (reveal instanceof HTMLAnchorElement) {
    reveal.hidden = !found?.reveal;
    reveal.href = `${reveal.dataset.path}/${found?.reveal ?? ""}`;
  }
  panel.showModal();
}

chat?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return; // a new tab is a new tab
  const chip = event.target instanceof Element ? event.target.closest("a.chip, a.vote") : null;
  if (!(chip instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  void show(chip);
});

/** To the next thing that is hidden, or the one before, from where the focus is. */
function go(/** @type {1 | -1} */ by) {
  const chips = [...(chat?.querySelectorAll("a.chip, a.vote") ?? [])];
  const from = document.activeElement ? chips.indexOf(document.activeElement) : -1;
  const to = from < 0 ? firstVisible(chips) : chips[from + by];
  if (to instanceof HTMLElement) to.focus();
}

function firstVisible(/** @type {Element[]} */ chips) {
  return chips.find((each) => each.getBoundingClientRect().top >= 0) ?? chips[0];
}

onKey("j", "To the next one that is hidden", () => go(1));
onKey("J", "To the one before", () => go(-1));

/** A permalink names the turn only: it may be on another page. */
function toTurn() {
  const turn = /^#t-(\d+)$/.exec(location.hash)?.[1];
  if (turn && !document.getElementById(`t-${turn}`)) location.replace(`${location.pathname}?at=${turn}#t-${turn}`);
}

/** The last turn may be asked for that is no more: that is asked once. */
if (new URLSearchParams(location.search).get("at") !== /^#t-(\d+)$/.exec(location.hash)?.[1]) toTurn();
window.addEventListener("hashchange", toTurn);

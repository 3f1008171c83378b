// @ts-check
/**
 * The one place where code points (what the server counts) and UTF-16 units (what a browser counts) meet.
 *
 * In the page, what is said beside a text stands in elements with `data-aside`; it counts nothing.
 */

/** How many code points a text has up to a UTF-16 offset. An offset within a pair counts the whole pair. */
export function toCodePoints(/** @type {string} */ text, /** @type {number} */ offset) {
  let count = 0;
  for (let at = 0; at < Math.min(offset, text.length); count += 1) at += width(text, at);
  return count;
}

/** The UTF-16 offset behind so many code points; the text's length where it has fewer. */
export function toUtf16(/** @type {string} */ text, /** @type {number} */ codePoints) {
  let at = 0;
  for (let count = 0; count < codePoints && at < text.length; count += 1) at += width(text, at);
  return at;
}

/** A half of a pair that stands alone is one code point, here as on the server. */
function width(/** @type {string} */ text, /** @type {number} */ at) {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** @typedef {{start: number, end: number}} Span */

/** Where characters as people see them begin and end: UTF-16 offsets, with 0 and the text's length. */
export function boundaries(/** @type {string} */ text) {
  const segments = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)];
  return [0, ...segments.map((each) => each.index + each.segment.length)];
}

/** The next boundary behind an offset (`by` 1) or before it (`by` -1); the offset itself at the text's end. */
export function next(/** @type {number[]} */ sorted, /** @type {number} */ offset, /** @type {1 | -1} */ by) {
  const further = by > 0 ? sorted.filter((each) => each > offset) : sorted.filter((each) => each < offset);
  return (by > 0 ? further[0] : further[further.length - 1]) ?? offset;
}

/** A text's words, with UTF-16 offsets. @returns {Span[]} */
export function wordsOf(/** @type {string} */ text) {
  const segments = [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)];
  return segments.filter((each) => each.isWordLike).map((each) => ({ start: each.index, end: each.index + each.segment.length }));
}

/** @returns {Text[]} the text nodes that hold the text itself */
function nodes(/** @type {Element} */ root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text && !node.parentElement?.closest("[data-aside]")) found.push(node);
  }
  return found;
}

/** The text of an element, without what is said beside it. */
export function textOf(/** @type {Element} */ root) {
  return nodes(root).map((node) => node.data).join("");
}

/** How many code points of an element's text lie before a place in it. */
export function offsetIn(/** @type {Element} */ root, /** @type {Node} */ container, /** @type {number} */ offset) {
  const place = document.createRange();
  place.setStart(container, offset);
  let count = 0;
  for (const node of nodes(root)) {
    if (node === container) return count + toCodePoints(node.data, offset);
    if (place.comparePoint(node, 0) >= 0) return count;
    count += toCodePoints(node.data, node.data.length);
  }
  return count;
}

/** What is selected of an element's text, in code points; undefined where nothing is. @returns {Span | undefined} */
export function selectedIn(/** @type {Element} */ root) {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return undefined;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(root)) return undefined;
  const whole = document.createRange();
  whole.selectNodeContents(root);
  const isBefore = range.compareBoundaryPoints(Range.START_TO_START, whole) < 0;
  const isBehind = range.compareBoundaryPoints(Range.END_TO_END, whole) > 0;
  const text = textOf(root);
  const start = isBefore ? 0 : offsetIn(root, range.startContainer, range.startOffset);
  const end = isBehind ? toCodePoints(text, text.length) : offsetIn(root, range.endContainer, range.endOffset);
  return start < end ? { start, end } : undefined;
}

/** Select a part of an element's text: UTF-16 offsets of it. */
export function select(/** @type {Element} */ root, /** @type {number} */ start, /** @type {number} */ end) {
  const from = pointIn(root, start, false);
  const to = pointIn(root, end, true);
  if (from && to) document.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
}

/** The node that holds a place; between two nodes the first of them for an end, the second for a beginning. */
function pointIn(/** @type {Element} */ root, /** @type {number} */ offset, /** @type {boolean} */ isEnd) {
  let rest = offset;
  for (const node of nodes(root)) {
    if (rest < node.length || (isEnd && rest === node.length)) return { node, offset: rest };
    rest -= node.length;
  }
  const last = nodes(root).pop();
  return last && { node: last, offset: last.length };
}

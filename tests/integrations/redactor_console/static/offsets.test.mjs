// Run with `node --test`. What touches the page is tested in a browser.
import assert from "node:assert/strict";
import { test } from "node:test";

import { boundaries, next, toCodePoints, toUtf16, wordsOf } from "../../../../integrations/redactor_console/static/offsets.js";

const FAMILY = "👨‍👩‍👧‍👦"; // seven code points, eleven UTF-16 units, one character to the eye
const TEXTS = {
  plain: "I am Ann",
  emoji: "👋 hi 👍🏽 there",
  family: `we ${FAMILY} moved`,
  flags: "🇩🇪🇫🇷 x",
  combining: "e\u0301le\u0300ve Zoe\u0308",
  hebrew: "שלום, אני דנה כהן 054-1234567",
  arabic: "أنا فاطمة\u200f [PERSON_1] 123",
  marks: "\u202eevil\u202c \u2066x\u2069",
  han: "我叫李小龙，电话是12345",
  astral: "𝒜𝓃𝓃 𠮷野家",
  lone: "a\ud800b\udc00c",
  crlf: "a\r\nb\rc",
  nothing: "",
};

for (const [name, text] of Object.entries(TEXTS)) {
  test(`${name}: code points and UTF-16 lead back to each other`, () => {
    const points = [...text];
    for (let count = 0; count <= points.length; count += 1) {
      const offset = points.slice(0, count).join("").length;
      assert.equal(toUtf16(text, count), offset);
      assert.equal(toCodePoints(text, offset), count);
    }
  });

  test(`${name}: what is cut out by code points is what a person selected`, () => {
    for (const { start, end } of wordsOf(text)) {
      const [low, high] = [toCodePoints(text, start), toCodePoints(text, end)];
      assert.equal([...text].slice(low, high).join(""), text.slice(start, end));
    }
  });

  test(`${name}: boundaries are in order and never inside a pair`, () => {
    const found = boundaries(text);
    assert.deepEqual(found, [...found].sort((a, b) => a - b));
    assert.equal(found[0], 0);
    assert.equal(found.at(-1), text.length);
    for (const each of found) assert.equal(toUtf16(text, toCodePoints(text, each)), each);
  });
}

test("an offset inside of a pair counts the whole pair", () => {
  assert.equal(toCodePoints("👋x", 1), 1);
});

test("offsets beyond the text end with it", () => {
  assert.equal(toUtf16("ab", 9), 2);
  assert.equal(toCodePoints("ab", 9), 2);
});

test("a family is one step, a letter with its accent too", () => {
  const text = `${FAMILY}e\u0301`;
  assert.equal(next(boundaries(text), 0, 1), FAMILY.length);
  assert.equal(next(boundaries(text), FAMILY.length, 1), text.length);
  assert.equal(next(boundaries(text), text.length, 1), text.length);
  assert.equal(next(boundaries(text), 0, -1), 0);
});

test("words are found in scripts that write none apart", () => {
  assert.ok(wordsOf(TEXTS.han).length > 3);
  assert.deepEqual(wordsOf(TEXTS.hebrew)[0], { start: 0, end: 4 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { printable, runsOf } from "../../../collector/dashboard/src/text/clean.ts";
import { wordOf, toneOf, plural } from "../../../collector/dashboard/src/text/words.ts";

test("plain text of any script stays as it is, in one run", () => {
  for (const text of ["core-1", "Köln", "路由器", "موجه", "é", "e\u0301", "🛰", "a < b & c > d"]) {
    assert.deepEqual(runsOf(text), [{ text, marked: false }]);
  }
});

test("what turns the reading direction round is shown by its number", () => {
  assert.deepEqual(runsOf("a\u202egnp.exe"), [
    { text: "a", marked: false },
    { text: "⟨U+202E⟩", marked: true },
    { text: "gnp.exe", marked: false },
  ]);
});

// Every range of deceives() in base/text.cpp: its first and its last.
const deceiving = [
  0x00, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f,
  0xfeff, 0xfff9, 0xfffb, 0xe0000, 0xe007f,
];
// And what is drawn as nothing besides: fillers, selectors, a blank cell, private use, half of a pair.
const invisible = [0x34f, 0x115f, 0x17b4, 0x2800, 0x3164, 0xfe0f, 0xffa0, 0xe0100, 0xe000, 0xd800];

for (const point of [...deceiving, ...invisible]) {
  const name = point.toString(16).toUpperCase().padStart(4, "0");
  test(`U+${name} is shown by its number`, () => {
    assert.equal(printable(`a${String.fromCodePoint(point)}b`), `a⟨U+${name}⟩b`);
  });
}

test("three marks on a letter are text, the fourth is shown by its number", () => {
  assert.equal(printable(`e${"\u0301".repeat(3)}`), `e${"\u0301".repeat(3)}`);
  assert.equal(printable(`e${"\u0301".repeat(5)}x`), `e${"\u0301".repeat(3)}⟨U+0301⟩⟨U+0301⟩x`);
});

test("words of the API read as words; one of Object's own names is no word with another meaning", () => {
  assert.equal(wordOf("pending_review"), "pending review");
  assert.equal(wordOf("none"), "not appraised");
  assert.equal(wordOf("constructor"), "constructor");
});

test("an unknown state asks for a look, it is never good", () => {
  assert.equal(toneOf("trusted"), "good");
  assert.equal(toneOf("contraindicated"), "bad");
  assert.equal(toneOf("not_trusted"), "warn");
  assert.equal(toneOf("a word of tomorrow"), "warn");
});

test("one and many", () => {
  assert.equal(plural(1, "row"), "1 row");
  assert.equal(plural(12000, "row"), "12,000 rows");
});

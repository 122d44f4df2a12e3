// Hostile text. Devices and people choose their own strings; a character that would steer the page, hide, or turn the
// reading direction round is taken out of the text and shown by its number instead.

export interface Run {
  text: string;
  /** True: a character that is shown by its number, as "⟨U+202E⟩". */
  marked: boolean;
}

/** Control (Cc), format (Cf), line and paragraph separators (Zl, Zp), lone surrogates (Cs), private use (Co), and all
    that is drawn as nothing (Default_Ignorable_Code_Point: fillers, variation selectors, tags); the blank Braille cell.
    It takes in all that base/text.cpp calls deceiving. */
const deceiving = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Scripts put one to three marks on a letter; more grow over the lines above and below. */
const marks_on_one = 3;
const mark = /\p{M}/u;

function numbered(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `⟨U+${point.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let plain = "";
  let marks = 0;
  for (const character of text) {
    marks = mark.test(character) ? marks + 1 : 0;
    if (!deceiving.test(character) && marks <= marks_on_one) {
      plain += character;
      continue;
    }
    if (plain !== "") runs.push({ text: plain, marked: false });
    plain = "";
    runs.push({ text: numbered(character), marked: true });
  }
  if (plain !== "") runs.push({ text: plain, marked: false });
  return runs;
}

/** For where no element can stand: titles, labels, attributes. */
export function printable(text: string): string {
  return runsOf(text)
    .map((run) => run.text)
    .join("");
}

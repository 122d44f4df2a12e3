// CSV exactly as the `assay` command writes it (collector/cli/table.cpp, csv; base/text.cpp, printable and csv_field):
// RFC 4180, no character that acts instead of being seen, and no cell that a spreadsheet would run.

export interface Column<T> {
  field: string;
  value: (row: T) => string;
}

/** deceives() of base/text.cpp: the file has to be the same whoever made it, so this is that set and no wider one. */
const acting =
  /[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{61c}\u{180e}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/gu;

/** Such characters as \u{NN}. */
export function escaped(text: string): string {
  return text.replace(acting, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A cell that starts with = + - @ tab or return gets a leading '. */
export function csvField(text: string): string {
  const body = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[,"\r\n]/.test(body) ? `"${body.replaceAll('"', '""')}"` : body;
}

export function csvText<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const lines = [columns.map((column) => column.field)];
  for (const row of rows) lines.push(columns.map((column) => csvField(escaped(column.value(row)))));
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

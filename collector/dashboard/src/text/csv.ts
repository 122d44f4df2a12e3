// CSV exactly as the `assay` command writes it (base/text.cpp, csv_field; collector/cli/table.cpp, csv): RFC 4180, and no
// cell that a spreadsheet would run.

export interface Column<T> {
  field: string;
  value: (row: T) => string;
}

/** A cell that starts with = + - @ tab or return gets a leading '. */
export function csvField(text: string): string {
  const body = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[,"\r\n]/.test(body) ? `"${body.replaceAll('"', '""')}"` : body;
}

export function csvText<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const lines = [columns.map((column) => column.field)];
  for (const row of rows) lines.push(columns.map((column) => csvField(column.value(row))));
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

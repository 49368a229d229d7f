import type { ColumnType, Decisions, Drift, Receipt, Table } from "../api/types";

/** The decisions as a form shows them: text everywhere, empty for "found out". */
export interface Draft {
  format: string;
  encoding: string;
  twice: string;
  delimiter: string;
  quote: string;
  header: string;
  headerRows: string;
  skip: string;
  sheet: string;
  range: string;
  dateOrder: string;
  decimalMark: string;
  /** Words between commas; undefined for the usual ones. */
  nulls: string | undefined;
  comment: string;
  tables: string;
  arrays: string;
  keepTotals: boolean;
  /** Of a protected workbook; it is kept nowhere, and so is asked for each time. */
  password: string;
  types: Record<string, ColumnType | "">;
}

export const delimiters: [string, string][] = [[",", "comma"], [";", "semicolon"], ["\t", "tab"], ["|", "pipe"], [" ", "space"], [":", "colon"]];

export const encodings = [
  "utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1250", "windows-1251", "iso-8859-2", "iso-8859-15", "macintosh", "koi8-r",
  "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr",
];

/** What a file may be read as, whatever it looks like. */
export const formats = ["csv", "json", "ndjson", "parquet", "xlsx", "xlsb", "xls", "xml", "ods", "zip"];

export const types: ColumnType[] = ["integer", "float", "decimal", "string", "boolean", "date", "datetime", "time"];

export function draftOf(d: Decisions = {}): Draft {
  const number = (n: number | undefined) => (n === undefined ? "" : String(n));
  return {
    format: d.format ?? "", encoding: d.encoding ?? "", twice: d.encoded_twice ?? "", delimiter: d.delimiter ?? "", quote: d.quote ?? "",
    header: number(d.header_row), headerRows: number(d.header_rows), skip: d.skip_rows ? String(d.skip_rows) : "",
    sheet: d.sheet ?? "", range: d.range ?? "", dateOrder: d.date_order ?? "", decimalMark: d.decimal_mark ?? "",
    nulls: d.null_words?.join(", "), comment: d.comment ?? "", tables: d.tables ?? "", arrays: d.arrays ?? "", keepTotals: d.keep_totals ?? false, password: "", types: { ...d.column_types },
  };
}

/** What a form decides; what it leaves empty is found out again. */
export function decisionsOf(draft: Draft): Decisions {
  const d: Decisions = {};
  const texts = { format: draft.format, quote: draft.quote, arrays: draft.arrays, encoding: draft.encoding, encoded_twice: draft.twice, delimiter: draft.delimiter, sheet: draft.sheet.trim(), range: draft.range.trim(), date_order: draft.dateOrder, decimal_mark: draft.decimalMark, comment: draft.comment.trim(), tables: draft.tables };
  for (const [name, value] of Object.entries(texts)) if (value) Object.assign(d, { [name]: value });
  if (/^\d+$/.test(draft.header.trim())) d.header_row = Number(draft.header);
  if (/^[1-9]\d*$/.test(draft.skip.trim())) d.skip_rows = Number(draft.skip);
  if (draft.password) d.password = draft.password;
  if (draft.keepTotals) d.keep_totals = true;
  if (/^[1-9]\d*$/.test(draft.headerRows.trim())) d.header_rows = Number(draft.headerRows);
  if (draft.nulls !== undefined) d.null_words = draft.nulls.split(",").map((w) => w.trim()).filter(Boolean);
  const chosen = Object.entries(draft.types).filter((e): e is [string, ColumnType] => e[1] !== "");
  if (chosen.length > 0) d.column_types = Object.fromEntries(chosen);
  return d;
}

const changes = { added: "is new", removed: "is gone" };

/** A difference in words. */
export function driftInWords(d: Drift): string {
  if (d.change === "type_changed") return `was ${d.before}, is ${d.after}`;
  return d.column ? `${changes[d.change]}` : `the table ${changes[d.change]}`;
}

/** Whether a text file was read, so that its lines can be decided about. */
export function isText(receipt: Receipt | undefined): boolean {
  return receipt?.delimiter !== undefined && receipt.delimiter !== "" || receipt?.format === "csv" || receipt?.format === "tsv";
}

/** Sheets to choose from; none for a file without. */
export function sheetsOf(receipt: Receipt | undefined): string[] {
  return [...new Set((receipt?.parts ?? []).map((p) => p.sheet ?? "").filter(Boolean))];
}

/** The columns of all tables of a file, each once. */
export function columnsOf(tables: readonly Table[]): { name: string; type: ColumnType }[] {
  const seen = new Map<string, ColumnType>();
  for (const t of tables) for (const c of t.columns) if (!seen.has(c.name)) seen.set(c.name, c.type);
  return [...seen].map(([name, type]) => ({ name, type }));
}

import type { Answer, ColumnType, Plan, ResultColumn } from "../api/types";
import { type Cell, Exact, isNumber } from "./json";

const signs: Record<string, string> = { $: "USD", "€": "EUR", "£": "GBP", "¥": "JPY" };
const currencies = new Set([...Object.values(signs), "CHF", "CAD", "AUD", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "BRL"]);

/** The currency that a unit names, if it does. */
function currency(unit: string | null | undefined): string | undefined {
  const code = unit ? (signs[unit] ?? unit) : "";
  return currencies.has(code) ? code : undefined;
}

/** The unit where it is not part of the number itself: "days", but not "USD" or "%". */
export function unitBeside(unit: string | null | undefined): string | undefined {
  return unit && unit !== "%" && unit !== "ratio" && !currency(unit) ? unit : undefined;
}

/** Shows cells of one column; the same number of decimals all the way down. */
export type Formatter = (v: Cell) => string;

/** The cell in full, for titles and the clipboard. */
export function exact(v: Cell): string {
  return v === null ? "" : String(v);
}

const longText = 300;
const longTitle = 2000;

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${count(text.length)} characters)`;
}

/** What stands in a cell: a text of a megabyte would stop the page. */
export function clip(text: string): string {
  return cut(text, longText);
}

/** The cell in full as far as a title can show it. */
export function title(v: Cell): string {
  return cut(exact(v), longTitle);
}

export function count(n: number): string {
  return new Intl.NumberFormat().format(n);
}

export function share(part: number, whole: number): string {
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: part / whole < 0.01 ? 2 : 0 }).format(whole === 0 ? 0 : part / whole);
}

export function plural(n: number, one: string, many = one + "s"): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  while (n >= 1000 && i < units.length - 1) {
    n /= 1000;
    i++;
  }
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: n < 10 && i > 0 ? 1 : 0 }).format(n)} ${units[i]}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(ms / 1000)} s`;
}

/** A number whose digits are a name: a year, a key, a postal code. */
function isLabel(name: string): boolean {
  return /(^|[\s_.-])(id|year|zip|zipcode|plz|postcode|code|key|no|nr|number)$/i.test(name) || /[a-z]I[dD]$/.test(name);
}

function decimals(values: readonly Cell[]): number {
  let most = 0;
  let largest = 0;
  for (const v of values) {
    if (!isNumber(v)) continue;
    const n = Number(v);
    if (!Number.isFinite(n)) continue;
    largest = Math.max(largest, Math.abs(n));
    const text = String(n);
    const dot = text.indexOf(".");
    if (text.includes("e-")) most = 20;
    else if (dot >= 0) most = Math.max(most, text.length - dot - 1);
  }
  if (largest >= 1 || largest === 0) return Math.min(most, 2);
  return Math.min(most, 2 - Math.floor(Math.log10(largest)), 12);
}

function numberOptions(column: ResultColumn, values: readonly Cell[], key: Key | undefined): Intl.NumberFormatOptions {
  if (column.unit === "ratio") return { style: "percent", maximumFractionDigits: 1 };
  const grouping = column.type !== "integer" || !(isLabel(column.name) || key?.op === "part");
  const money = currency(column.unit);
  // Money and decimals are written 12.50, not 12.5.
  const found = decimals(values);
  const digits = found === 1 && (money || column.type === "decimal") ? 2 : found;
  const options: Intl.NumberFormatOptions = { useGrouping: grouping, minimumFractionDigits: column.type === "integer" ? 0 : digits, maximumFractionDigits: digits };
  return money ? { ...options, style: "currency", currency: money, currencyDisplay: "narrowSymbol" } : options;
}

/** Makes the formatter of a numeric column from the values it will show. */
function numeric(column: ResultColumn, values: readonly Cell[], key: Key | undefined): Formatter {
  const format = new Intl.NumberFormat(undefined, numberOptions(column, values, key));
  const names = key?.op === "part" ? partNames(key.unit) : undefined;
  const suffix = column.unit === "%" ? "%" : "";
  return (v) => {
    const name = names?.[Number(v)];
    if (name) return name;
    if (v instanceof Exact && column.type === "integer") return format.format(BigInt(v.digits)) + suffix;
    return isNumber(v) ? format.format(Number(v)) + suffix : exact(v);
  };
}

/** Names of months and weekdays, both counted from 1, weeks from Monday. */
function partNames(unit: string | undefined): (string | undefined)[] | undefined {
  if (unit === "quarter") return [undefined, "Q1", "Q2", "Q3", "Q4"];
  const names = (count: number, at: (i: number) => number, options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(undefined, { ...options, timeZone: "UTC" });
    return [undefined, ...Array.from({ length: count }, (_, i) => format.format(at(i)))];
  };
  if (unit === "month") return names(12, (i) => Date.UTC(2024, i, 1), { month: "long" });
  if (unit === "dow") return names(7, (i) => Date.UTC(2024, 0, 1 + i), { weekday: "long" });
  return undefined;
}

const day: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" };

/** Reads a date or datetime without moving it into the reader's zone. */
function instant(v: string): Date | null {
  const text = v.trim().replace(" ", "T");
  const local = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : text.length <= 10 ? text + "T00:00:00Z" : text + "Z";
  const d = new Date(local);
  return Number.isNaN(d.getTime()) ? null : d;
}

function inGrain(d: Date, grain: string): string | null {
  const year = d.getUTCFullYear();
  switch (grain) {
    case "year":
      return String(year);
    case "quarter":
      return `Q${Math.floor(d.getUTCMonth() / 3) + 1} ${year}`;
    case "month":
      return new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", timeZone: "UTC" }).format(d);
    case "day":
    case "week":
      return new Intl.DateTimeFormat(undefined, day).format(d);
  }
  return null;
}

function temporal(type: ColumnType, grain: string | undefined): Formatter {
  const options = type === "datetime" && !grain ? { ...day, hour: "2-digit" as const, minute: "2-digit" as const } : day;
  const plain = new Intl.DateTimeFormat(undefined, options);
  return (v) => {
    const d = typeof v === "string" ? instant(v) : null;
    if (!d) return exact(v);
    return (grain && inGrain(d, grain)) || plain.format(d);
  };
}

/** How a key was made of a date: cut to a unit, or a part of it. */
export interface Key {
  op: string;
  unit?: string;
}

/** True where the numbers of a column are shown as names: of days, of months. */
export function showsNames(key: Key | undefined): boolean {
  return key?.op === "part" && partNames(key.unit) !== undefined;
}

/** Makes the formatter of a column; key says how it was made of a date. */
export function formatter(column: ResultColumn, values: readonly Cell[], key?: Key): Formatter {
  switch (column.type) {
    case "integer":
    case "float":
    case "decimal":
      return numeric(column, values, key);
    case "date":
    case "datetime":
      return temporal(column.type, key?.op === "trunc" ? key.unit : undefined);
    case "boolean":
      return (v) => (v === true ? "yes" : v === false ? "no" : exact(v));
    default:
      return exact;
  }
}

/** How a result column of a plan was made of a date, if it was. */
export function keyOf(plan: Plan | undefined, name: string): Key | undefined {
  return [...(plan?.group ?? []), ...(plan?.select ?? [])].find((k) => k.as === name)?.expr;
}

export function formatters(answer: Pick<Answer, "result" | "plan">): Formatter[] {
  const result = answer.result;
  if (!result) return [];
  return result.columns.map((c, i) => {
    const values = result.rows.slice(0, 2000).map((r) => r[i] ?? null);
    return formatter(c, values, keyOf(answer.plan, c.name));
  });
}

/** A point in time in words that need no calendar: "in 6 days", "2 hours ago". */
export function relative(to: string, now = Date.now()): string {
  const seconds = (new Date(to).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return "";
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]] as const) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(0, "minute");
}

export function when(iso: string, toTheSecond = false): string {
  const d = new Date(iso);
  if (Number.isNaN(d.getTime())) return iso;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: toTheSecond ? "medium" : "short" }).format(d);
}

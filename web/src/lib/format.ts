import type { Answer, ColumnType, Plan, ResultColumn } from "../api/types";
import { type Cell, Exact, isNumber } from "./json";

const currencies = new Set(["USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "BRL"]);

/** Shows cells of one column; the same number of decimals all the way down. */
export type Formatter = (v: Cell) => string;

/** The cell in full, for titles and the clipboard. */
export function exact(v: Cell): string {
  return v === null ? "" : String(v);
}

export function count(n: number): string {
  return new Intl.NumberFormat().format(n);
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

/** Makes the formatter of a numeric column from the values it will show. */
function numeric(column: ResultColumn, values: readonly Cell[]): Formatter {
  const grouping = column.type !== "integer" || !isLabel(column.name);
  const money = column.unit && currencies.has(column.unit) ? column.unit : undefined;
  const digits = money && decimals(values) === 1 ? 2 : decimals(values);
  const options: Intl.NumberFormatOptions = { useGrouping: grouping, minimumFractionDigits: column.type === "integer" ? 0 : digits, maximumFractionDigits: digits };
  if (money) Object.assign(options, { style: "currency", currency: money, currencyDisplay: "narrowSymbol" });
  const format = new Intl.NumberFormat(undefined, options);
  const suffix = column.unit === "%" ? "%" : "";
  return (v) => {
    if (v instanceof Exact && column.type === "integer") return format.format(BigInt(v.digits)) + suffix;
    return isNumber(v) ? format.format(Number(v)) + suffix : exact(v);
  };
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

/** Makes the formatter of a column; grain is the period its dates were cut to. */
export function formatter(column: ResultColumn, values: readonly Cell[], grain?: string): Formatter {
  switch (column.type) {
    case "integer":
    case "float":
    case "decimal":
      return numeric(column, values);
    case "date":
    case "datetime":
      return temporal(column.type, grain);
    case "boolean":
      return (v) => (v === true ? "yes" : v === false ? "no" : exact(v));
    default:
      return exact;
  }
}

/** The period that a result column of a plan was cut to, if it was. */
export function grainOf(plan: Plan | undefined, name: string): string | undefined {
  const key = [...(plan?.group ?? []), ...(plan?.select ?? [])].find((k) => k.as === name);
  return key?.expr?.op === "trunc" ? key.expr.unit : undefined;
}

export function formatters(answer: Pick<Answer, "result" | "plan">): Formatter[] {
  const result = answer.result;
  if (!result) return [];
  return result.columns.map((c, i) => {
    const values = result.rows.slice(0, 2000).map((r) => r[i] ?? null);
    return formatter(c, values, grainOf(answer.plan, c.name));
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

export function when(iso: string): string {
  const d = new Date(iso);
  if (Number.isNaN(d.getTime())) return iso;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(d);
}

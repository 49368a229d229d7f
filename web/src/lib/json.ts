// JSON that loses no digit. A 64-bit key or a long decimal does not fit into a
// JavaScript number; such numbers keep their digits beside their value.

export class Exact {
  constructor(
    readonly digits: string,
    readonly value: number,
  ) {}

  valueOf(): number {
    return this.value;
  }

  toString(): string {
    return this.digits;
  }

  /** Sends the digits back as they came, where the browser can. */
  toJSON(): unknown {
    const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
    return raw ? raw(this.digits) : this.value;
  }
}

export type Cell = string | number | boolean | null | Exact;

/** Gives the number as it is written, or an Exact where a number is too small for it. */
export function exactNumber(source: string, value: number): number | Exact {
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : new Exact(source, value);
  const digits = source.replace(/[eE].*$/, "").replace(/^-?0*\.?0*|\./g, "");
  return digits.length <= 15 ? value : new Exact(source, value);
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

export function parseJSON<T>(text: string): T {
  const revive: Reviver = (_key, value, context) =>
    typeof value === "number" && context?.source !== undefined ? exactNumber(context.source, value) : value;
  return JSON.parse(text, revive) as T;
}

export function isNumber(v: unknown): v is number | Exact {
  return typeof v === "number" || v instanceof Exact;
}

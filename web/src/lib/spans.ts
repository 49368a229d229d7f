import type { Word } from "../api/types";

/** A piece of a question: what it was understood as, and whether it was used. */
export interface Piece {
  text: string;
  ignored: boolean;
  /** How its word was read; undefined between words and for words of no weight. */
  kind?: Kind;
  /** What it is tied to, in words: "column orders.region". */
  says?: string;
}

/** What words of a question can be, as far as a reader cares. */
export type Kind = "column" | "value" | "number" | "verb" | "unknown";

const kinds: Record<string, Kind> = {
  column: "column", value: "value", number: "number", date: "number", unknown: "unknown", aggregate: "verb", comparator: "verb",
  order: "verb", group: "verb", logic: "verb", frame: "verb", followup: "verb", chart: "verb", metric: "column", filter: "value",
};

const sayings: Record<string, string> = {
  aggregate: "says how to sum up", comparator: "compares", order: "puts in order", group: "makes groups", logic: "a condition",
  frame: "says what kind of answer", followup: "goes on from the last question", chart: "says how to draw it", number: "a number",
  date: "a time", unknown: "not found in the data", metric: "computed from other columns", filter: "only some rows: a condition that was taught", column: "the rows of a table",
};

/** What a word is tied to, in words: "orders.region=North" is the column region of orders, where it is North. */
function tied(ref: string): string {
  const [, table, column, value] = /^([^.]*)\.([^=]*)(?:=(.*))?$/s.exec(ref) ?? [];
  if (table === undefined || column === undefined) return ref;
  return value === undefined ? `the column ${column} of ${table}` : `${column} is ${value}, in ${table}`;
}

function says(word: Word): string | undefined {
  const refs = word.refs ?? [];
  if (refs.length === 0) return sayings[word.kind];
  return refs.slice(0, 3).map(tied).join(", or ") + (refs.length > 3 ? " …" : "");
}

const letters = (s: string) => s.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Words that were taken for a column with another name than they say. */
export function takenFor(words: readonly Word[] = []): { phrase: string; table: string; column: string }[] {
  return words.flatMap((w) => {
    const [, table, column] = /^([^.=]*)\.([^=]*)$/.exec(w.refs?.length === 1 ? w.refs[0]! : "") ?? [];
    return w.kind === "column" && table && column && letters(column) !== letters(w.text) ? [{ phrase: w.text, table, column }] : [];
  });
}

/** How the words of a question were read, each once. */
export function readings(question: string, words: readonly Word[] = []): { text: string; says: string }[] {
  const found = new Map<string, string>();
  for (const p of byWords(question, words, new Set())) if (p.says && p.kind !== "unknown") found.set(p.text, p.says);
  return [...found].map(([text, says]) => ({ text, says }));
}

/** The words without one that is not known yet because it is still being typed. */
export function withoutHalfTyped(text: string, words: readonly Word[]): readonly Word[] {
  const end = encoder.encode(text).length;
  return words.filter((w) => w.kind !== "unknown" || w.span.end < end);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function byWords(question: string, words: readonly Word[], ignored: ReadonlySet<string>): Piece[] {
  const raw = encoder.encode(question);
  const text = (from: number, to: number) => decoder.decode(raw.subarray(from, to));
  const pieces: Piece[] = [];
  let at = 0;
  for (const w of [...words].sort((a, b) => a.span.start - b.span.start)) {
    if (w.span.start < at || w.span.end > raw.length || w.span.end <= w.span.start) continue;
    if (w.span.start > at) pieces.push({ text: text(at, w.span.start), ignored: false });
    const piece: Piece = { text: text(w.span.start, w.span.end), ignored: ignored.has(w.text.toLowerCase()) };
    const kind = kinds[w.kind];
    const saying = says(w);
    if (kind) piece.kind = kind;
    if (kind && saying) piece.says = saying;
    pieces.push(piece);
    at = w.span.end;
  }
  if (at < raw.length) pieces.push({ text: text(at, raw.length), ignored: false });
  return pieces;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function byText(question: string, ignored: readonly string[]): Piece[] {
  const any = [...ignored].sort((a, b) => b.length - a.length).map(escape).join("|");
  const cut = new RegExp(`(?<![\\p{L}\\p{N}])(${any})(?![\\p{L}\\p{N}])`, "giu");
  return question
    .split(cut)
    .map((text, i) => ({ text, ignored: i % 2 === 1 }))
    .filter((p) => p.text !== "");
}

/**
 * Cuts a question into pieces, so that its words can be marked as understood,
 * or as not used. Spans count bytes; where they do not name an ignored word,
 * its text is looked for.
 */
export function pieces(question: string, ignored: readonly string[] = [], words: readonly Word[] = []): Piece[] {
  const found = byWords(question, words, new Set(ignored.map((w) => w.toLowerCase())));
  if (ignored.length === 0 || found.some((p) => p.ignored)) return found;
  return byText(question, ignored);
}

/** The question with a word of it replaced, the first time it stands alone. */
export function swapWord(question: string, word: string, by: string): string {
  const at = new RegExp(`(?<![\\p{L}\\p{N}])${escape(word)}(?![\\p{L}\\p{N}])`, "iu");
  return at.test(question) ? question.replace(at, () => by) : `${question} ${by}`;
}

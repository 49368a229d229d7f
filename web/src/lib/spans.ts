import type { Word } from "../api/types";

/** A piece of a question: kind says whether the answer used it. */
export interface Piece {
  text: string;
  ignored: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function byWords(question: string, words: readonly Word[], ignored: ReadonlySet<string>): Piece[] {
  const raw = encoder.encode(question);
  const pieces: Piece[] = [];
  let at = 0;
  const marked = words.filter((w) => ignored.has(w.text.toLowerCase())).sort((a, b) => a.span.start - b.span.start);
  for (const w of marked) {
    if (w.span.start < at || w.span.end > raw.length || w.span.end <= w.span.start) continue;
    if (w.span.start > at) pieces.push({ text: decoder.decode(raw.subarray(at, w.span.start)), ignored: false });
    pieces.push({ text: decoder.decode(raw.subarray(w.span.start, w.span.end)), ignored: true });
    at = w.span.end;
  }
  if (at < raw.length) pieces.push({ text: decoder.decode(raw.subarray(at)), ignored: false });
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
 * Cuts a question into pieces, so that the words that the answer does not use
 * can be marked. Spans count bytes; where they do not name the word, its text
 * is looked for.
 */
export function pieces(question: string, ignored: readonly string[] = [], words: readonly Word[] = []): Piece[] {
  if (ignored.length === 0) return [{ text: question, ignored: false }];
  const found = byWords(question, words, new Set(ignored.map((w) => w.toLowerCase())));
  if (found.some((p) => p.ignored)) return found;
  return byText(question, ignored);
}

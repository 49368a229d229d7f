import { useEffect, useState } from "react";
import { questions } from "../api/client";
import type { Word } from "../api/types";

const typeAheadAfter = 160;
const readAfter = 220;
const longestRead = 2000;

/** Runs a look-up for a text in a place, none where that is empty, once typing pauses; a missing hint is no reason to trouble anybody. */
function useLookup<T>(text: string, place: string, pause: number, look: (signal: AbortSignal) => Promise<T>, none: T): { for: string; value: T } {
  const [found, setFound] = useState({ for: "", value: none });
  useEffect(() => {
    if (!place) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      look(abort.signal).then(
        (value) => setFound({ for: text, value }),
        () => undefined,
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
    // The text and the place say what is looked up.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, place, pause]);
  return found;
}

const nothing: never[] = [];

/** Where a question is asked: what is looked up elsewhere is another thing. */
export const placeOf = (session: string | undefined, conversation: string | undefined) => `${session ?? ""}/${conversation ?? ""}`;

/** Questions that begin with what was typed; empty while nothing is typed. */
export function useTypeAhead(session: string | undefined, conversation: string | undefined, text: string): string[] {
  const q = text.trim();
  const wanted = session !== undefined && q.length >= 2 && !q.includes("\n");
  const found = useLookup<string[]>(text, wanted ? placeOf(session, conversation) : "", typeAheadAfter, (signal) => questions.suggest(session!, conversation, text.trimStart(), signal), nothing);
  if (q.length < 2 || !found.for || !text.startsWith(found.for)) return nothing;
  return found.value.filter((s) => s.toLowerCase() !== q.toLowerCase()).slice(0, 5);
}

/** What the words typed so far would be tied to; words since then are left open. */
export function useReading(session: string | undefined, conversation: string | undefined, text: string): Word[] {
  const wanted = session !== undefined && text.trim().length >= 2 && text.length <= longestRead;
  const found = useLookup<Word[]>(text, wanted ? placeOf(session, conversation) : "", readAfter, (signal) => questions.entities(session!, conversation, text, signal), nothing);
  if (!found.for || text.trim() === "") return nothing;
  if (text === found.for) return found.value;
  // While typing goes on, what stands before the change is still true; the
  // last word may be half typed.
  const same = common(text, found.for);
  return found.value.filter((w) => w.span.end < same);
}

const stillTyping = 1200;

/** False while a word may be half typed: for a while after each key. */
export function useRested(text: string): boolean {
  const [rested, setRested] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), stillTyping);
    return () => clearTimeout(timer);
  }, [text]);
  return rested === text;
}

const encoder = new TextEncoder();

/** How many bytes two texts begin with alike. */
function common(a: string, b: string): number {
  const x = encoder.encode(a);
  const y = encoder.encode(b);
  let i = 0;
  while (i < x.length && i < y.length && x[i] === y[i]) i++;
  return i;
}

import { useCallback, useEffect, useMemo, useState } from "react";
import { type Failure, failureOf, type Page } from "../api/client";

export interface Paged<T> {
  items: T[];
  failure: Failure | undefined;
  /** False until the first page was looked for. */
  ready: boolean;
  /** Loads the next page; undefined where all are here. */
  more: (() => void) | undefined;
  /** Looks again at as many as are shown. */
  reload: () => void;
}

interface Shown<T> {
  key: string | undefined;
  items: T[];
  next: string | undefined;
  failure?: Failure;
}

/**
 * A list that comes in pages, newest first. Without a key there is nothing to
 * load; with another key it begins again.
 */
export function usePaged<T>(key: string | undefined, load: (key: string, cursor: string | undefined, limit: number) => Promise<Page<T>>, size = 30): Paged<T> {
  const [shown, setShown] = useState<Shown<T>>({ key: undefined, items: [], next: undefined });
  const [tick, setTick] = useState(0);
  const [wanted, setWanted] = useState(size);

  useEffect(() => setWanted(size), [key, size]);

  useEffect(() => {
    if (key === undefined) return;
    let live = true;
    collect(wanted, (cursor, limit) => load(key, cursor, limit)).then(
      ({ items, next }) => live && setShown({ key, items, next }),
      (err: unknown) => live && setShown((s) => ({ ...(s.key === key ? s : { items: [], next: undefined }), key, failure: failureOf(err) })),
    );
    return () => void (live = false);
    // What is loaded is said by the key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, tick, wanted]);

  const fresh = key !== undefined && shown.key === key;
  const next = fresh ? shown.next : undefined;
  return {
    items: useMemo(() => (fresh ? shown.items : []), [fresh, shown]),
    failure: fresh ? shown.failure : undefined,
    ready: fresh,
    more: useMemo(() => (next ? () => setWanted((n) => n + size) : undefined), [next, size]),
    reload: useCallback(() => setTick((n) => n + 1), []),
  };
}

const mostAtOnce = 100;

/** Follows the cursors until there are enough. */
async function collect<T>(wanted: number, load: (cursor: string | undefined, limit: number) => Promise<Page<T>>): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const page = await load(next, Math.min(mostAtOnce, wanted - items.length));
    items.push(...page.items);
    next = page.next;
  } while (next && items.length < wanted);
  return { items, next };
}

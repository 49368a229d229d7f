import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { failureOf, type Failure } from "../api/client";

export interface Removal {
  id: string;
  /** What is removed, for the line that offers to undo it. */
  label: string;
  /** Deletes it for good. */
  commit: () => Promise<unknown>;
  /** Told when it is gone for good. */
  after?: () => void;
}

export interface Removals {
  pending: Removal[];
  /** Whether it is hidden, because it is about to go. */
  has: (id: string) => boolean;
  remove: (r: Removal) => void;
  undo: (id: string) => void;
  /** Removes for good at once what waits. */
  flush: () => Promise<void>;
}

/** Long enough to be reached by keyboard and heard by a screen reader. */
const timeToUndo = 15_000;

/** Things that are hidden at once and deleted a little later, so that it can be undone. */
export function useRemovals(onFailure: (f: Failure) => void): Removals {
  const [pending, setPending] = useState<Removal[]>([]);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const waiting = useRef(new Map<string, { removal: Removal; timer: ReturnType<typeof setTimeout> }>());
  const failed = useRef(onFailure);
  useEffect(() => {
    failed.current = onFailure;
  });

  const forget = useCallback((id: string) => {
    const entry = waiting.current.get(id);
    if (!entry) return undefined;
    clearTimeout(entry.timer);
    waiting.current.delete(id);
    setPending((list) => list.filter((r) => r.id !== id));
    return entry.removal;
  }, []);

  const commit = useCallback(
    async (id: string) => {
      const removal = forget(id);
      if (!removal) return;
      // Hidden until the lists are read again, and for good after that.
      setGone((s) => new Set(s).add(id));
      try {
        await removal.commit();
        removal.after?.();
      } catch (err) {
        setGone((s) => new Set([...s].filter((x) => x !== id)));
        failed.current(failureOf(err));
      }
    },
    [forget],
  );

  const remove = useCallback(
    (removal: Removal) => {
      if (waiting.current.has(removal.id)) return;
      const timer = setTimeout(() => void commit(removal.id), timeToUndo);
      waiting.current.set(removal.id, { removal, timer });
      setPending((list) => [...list, removal]);
    },
    [commit],
  );

  const flush = useCallback(async () => {
    await Promise.all([...waiting.current.keys()].map(commit));
  }, [commit]);

  useEffect(() => {
    const leave = () => void flush();
    window.addEventListener("pagehide", leave);
    return () => window.removeEventListener("pagehide", leave);
  }, [flush]);

  const hidden = useMemo(() => new Set([...gone, ...pending.map((r) => r.id)]), [gone, pending]);
  return {
    pending,
    has: useCallback((id: string) => hidden.has(id), [hidden]),
    remove,
    undo: useCallback((id: string) => void forget(id), [forget]),
    flush,
  };
}

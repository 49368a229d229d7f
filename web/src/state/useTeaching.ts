import { useCallback } from "react";
import { definitions as api, type Failure, failureOf } from "../api/client";
import type { Definition, Meaning } from "../api/types";
import { type Paged, usePaged } from "./usePaged";

export interface Teaching {
  taught: Paged<Definition>;
  /** What was taught about a column itself: hidden, private, or how it is summed up. */
  ofColumn: (table: string, column: string) => Definition | undefined;
  /** Other names of a column. */
  namesOf: (table: string, column: string) => string[];
  /** Teaches; fails with the server's words where it makes no sense. */
  teach: (m: Meaning) => Promise<void>;
  /** Changes what was taught; fails like teach. */
  change: (id: string, change: Partial<Meaning>) => Promise<void>;
  /** Changes what is taught about a column itself. */
  setColumn: (table: string, column: string, change: Pick<Meaning, "hidden" | "aggregate" | "private">) => void;
  forget: (d: Definition) => Promise<void>;
}

const atOnce = 100;

/** What people taught that is for a session. */
export function useTeaching(session: string | undefined, onFailure: (f: Failure) => void): Teaching {
  const taught = usePaged<Definition>(session, api.list, atOnce);
  const { items, reload } = taught;

  const ofColumn = useCallback((table: string, column: string) => items.find((d) => d.kind === "column" && d.table === table && d.column === column), [items]);

  const setColumn = useCallback(
    (table: string, column: string, change: Pick<Meaning, "hidden" | "aggregate" | "private">) => {
      if (!session) return;
      const known = ofColumn(table, column);
      const next = { ...known, ...change };
      // A definition that says nothing any more is forgotten.
      const empty = !next.hidden && !next.aggregate && !next.private;
      const work = known
        ? empty
          ? api.remove(session, known.id)
          : api.change(session, known.id, change)
        : empty
          ? Promise.resolve(undefined)
          : api.add(session, { kind: "column", table, column, ...change });
      work.then(reload, (err: unknown) => onFailure(failureOf(err)));
    },
    [session, ofColumn, reload, onFailure],
  );

  const then = useCallback(
    async (work: (session: string) => Promise<unknown>) => {
      if (!session) return;
      await work(session);
      reload();
    },
    [session, reload],
  );

  return {
    taught,
    ofColumn,
    namesOf: useCallback(
      (table: string, column: string) => items.filter((d) => d.kind === "synonym" && d.column === column && !d.value && (!d.table || d.table === table)).map((d) => d.phrase ?? ""),
      [items],
    ),
    teach: useCallback((m: Meaning) => then((s) => api.add(s, m)), [then]),
    setColumn,
    change: useCallback((id: string, change: Partial<Meaning>) => then((s) => api.change(s, id, change)), [then]),
    forget: useCallback((d: Definition) => then((s) => api.remove(s, d.id)), [then]),
  };
}

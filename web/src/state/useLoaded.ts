import { useEffect, useState } from "react";
import { type Failure, failureOf } from "../api/client";

export interface Loaded<T> {
  value?: T;
  failure?: Failure;
}

/** Loads once for a key; what comes for an earlier key is dropped. */
export function useLoaded<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Loaded<T> & { key?: string }>({});
  const fresh = key !== undefined && state.key === key;
  useEffect(() => {
    if (key === undefined || fresh) return;
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ key, value }),
      (err: unknown) => !abort.signal.aborted && setState({ key, failure: failureOf(err) }),
    );
    return () => abort.abort();
    // The key says what is loaded; a new function for the same key is no reason.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, fresh]);
  return fresh ? state : {};
}

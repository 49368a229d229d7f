import { useCallback, useSyncExternalStore } from "react";
import { type Place, readPlace, writePlace } from "../lib/route";

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

/** The place that the address names, and a way to go elsewhere. */
export function usePlace(): [Place, (to: Place, replace?: boolean) => void] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const go = useCallback((to: Place, replace = false) => {
    const next = writePlace(to);
    if (next === window.location.hash) return;
    if (!replace) {
      window.location.hash = next;
      return;
    }
    window.history.replaceState(null, "", next);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, []);
  return [readPlace(hash), go];
}

import { useCallback, useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const key = "tabletalk.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const changed = new EventTarget();

function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark.matches ? "dark" : "light";
}

function subscribe(listener: () => void): () => void {
  dark.addEventListener("change", listener);
  changed.addEventListener("change", listener);
  return () => {
    dark.removeEventListener("change", listener);
    changed.removeEventListener("change", listener);
  };
}

/** The theme on screen, and a way to choose the other one for good. */
export function useTheme(): [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, current);
  const toggle = useCallback(() => {
    const next = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem(key, next);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    changed.dispatchEvent(new Event("change"));
  }, []);
  return [theme, toggle];
}

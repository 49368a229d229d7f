import { useCallback, useSyncExternalStore } from "react";
import { readSetting, writeSetting } from "../lib/settings";

export type Theme = "light" | "dark";
export type ThemeChoice = Theme | "system";

const key = "theme";
const root = document.documentElement;

function subscribe(listener: () => void): () => void {
  const watch = new MutationObserver(listener);
  watch.observe(root, { attributeFilter: ["data-theme", "data-choice"] });
  return () => watch.disconnect();
}

/** theme.js sets it before the first paint, and again when the system's changes. */
const current = (): Theme => (root.dataset["theme"] === "dark" ? "dark" : "light");

const chosen = (): ThemeChoice => {
  const c = readSetting(key);
  return c === "light" || c === "dark" ? c : "system";
};

/** The theme on screen, what was chosen, and a way to choose for good. */
export function useTheme(): { theme: Theme; choice: ThemeChoice; choose: (c: ThemeChoice) => void } {
  const theme = useSyncExternalStore(subscribe, current);
  const choice = useSyncExternalStore(subscribe, chosen);
  const choose = useCallback((c: ThemeChoice) => {
    writeSetting(key, c === "system" ? undefined : c);
    root.dataset["choice"] = c;
    window.dispatchEvent(new Event("tabletalk:theme"));
    // Where storage is forbidden, the choice lasts as long as the page.
    if (c !== "system") root.dataset["theme"] = c;
  }, []);
  return { theme, choice, choose };
}

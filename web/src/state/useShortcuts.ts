import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { readSetting, writeSetting } from "../lib/settings";

const key = "shortcuts";
const changed = new EventTarget();

function subscribe(listener: () => void): () => void {
  changed.addEventListener("change", listener);
  return () => changed.removeEventListener("change", listener);
}

/** Whether single keys do something; who dictates, or types with a switch, turns them off. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, () => readSetting(key) !== "off");
  const set = useCallback((value: boolean) => {
    writeSetting(key, value ? undefined : "off");
    changed.dispatchEvent(new Event("change"));
  }, []);
  return [on, set];
}

/** Single keys and what they do, outside of anything that takes text. */
export function useShortcuts(actions: Record<string, () => void>): void {
  const [on] = useSingleKeys();
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    if (!on) return;
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
      const inText = e.target instanceof HTMLElement && e.target.closest("input, textarea, select, [contenteditable], dialog, [role=menu]");
      const action = inText ? undefined : current.current[e.key];
      if (!action) return;
      e.preventDefault();
      action();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on]);
}

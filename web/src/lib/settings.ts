// What a person chose for this browser. Storage may be forbidden: then nothing
// is remembered, and nothing breaks.

const prefix = "tabletalk.";

export function readSetting(key: string): string | undefined {
  try {
    return localStorage.getItem(prefix + key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeSetting(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // See above.
  }
}

// Large uploads that were begun and are not whole yet. They are remembered in
// the browser, so that they go on after the page was left: the server keeps
// what arrived, and the person chooses the same file again.

import { readSetting, writeSetting } from "../lib/settings";

/** An upload in pieces that was begun. */
export interface Unfinished {
  /** Of the upload on the server. */
  path: string;
  name: string;
  size: number;
  /** What tells the same file from another of its name. */
  print: string;
  session?: string;
  /** Until when a page is taken to be sending it, in milliseconds; 0 where none is. */
  busy: number;
}

/** What remembers uploads. */
export interface Memory {
  list: () => Unfinished[];
  /** Adds one, or replaces what was known of it. */
  keep: (upload: Unfinished) => void;
  forget: (path: string) => void;
}

const key = "uploads";
const most = 20;

/** Remembers in the storage of the browser, which all its pages share. */
export const memory: Memory = {
  list: () => {
    try {
      const list: unknown = JSON.parse(readSetting(key) ?? "[]");
      return Array.isArray(list) ? list.filter(isUnfinished) : [];
    } catch {
      return [];
    }
  },
  keep: (upload) => write([upload, ...others(upload.path)].slice(0, most)),
  forget: (path) => write(others(path)),
};

const others = (path: string) => memory.list().filter((u) => u.path !== path);
const write = (list: Unfinished[]) => writeSetting(key, list.length === 0 ? undefined : JSON.stringify(list));

function isUnfinished(v: unknown): v is Unfinished {
  const u = v as Unfinished | null;
  return typeof u?.path === "string" && u.path.startsWith("/api/v1/uploads/") && typeof u.name === "string" && typeof u.size === "number" && typeof u.print === "string" && typeof u.busy === "number";
}

const sample = 64 << 10;

/** Tells a file from others, also from what it was before it was changed, by its size, its time and both its ends. */
export async function fingerprint(file: File): Promise<string> {
  const ends = [file.slice(0, sample), file.slice(Math.max(0, file.size - sample), file.size)];
  let hash = 0x811c9dc5;
  for (const end of ends) for (const b of new Uint8Array(await end.arrayBuffer())) hash = Math.imul(hash ^ b, 0x01000193);
  return `${file.size}-${file.lastModified}-${(hash >>> 0).toString(16)}`;
}

/** The upload that a file goes on with: of the same file, into the same session. */
export function begunFor(list: readonly Unfinished[], file: File, print: string, session: string | undefined): Unfinished | undefined {
  return list.find((u) => u.name === file.name && u.print === print && u.session === session);
}

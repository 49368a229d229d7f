/** The pages of an account. */
export const pages = ["profile", "keys", "users", "audit"] as const;
export type PageName = (typeof pages)[number];

/** Where the page is: #/s/{session}/c/{conversation}, or #/account/{page}. */
export interface Place {
  session?: string;
  conversation?: string;
  page?: PageName;
}

export function readPlace(hash: string): Place {
  const page = pages.find((p) => hash === `#/account/${p}`);
  if (page) return { page };
  const m = /^#\/s\/([^/]+)(?:\/c\/([^/]+))?$/.exec(hash);
  if (!m) return {};
  try {
    const place: Place = { session: decodeURIComponent(m[1]!) };
    if (m[2]) place.conversation = decodeURIComponent(m[2]);
    return place;
  } catch {
    return {};
  }
}

export function writePlace(place: Place): string {
  if (place.page) return `#/account/${place.page}`;
  if (!place.session) return "#/";
  const base = `#/s/${encodeURIComponent(place.session)}`;
  return place.conversation ? `${base}/c/${encodeURIComponent(place.conversation)}` : base;
}

/** What a one-time link is for. */
export type Purpose = "setup" | "invite" | "reset";

export interface Arrival {
  purpose: Purpose;
  /** Its secret; empty where the address has none, or has it no more. */
  token: string;
}

/** The one-time link by which the page was opened, if it was. */
export function readArrival(path: string, hash: string): Arrival | undefined {
  const purpose = (["setup", "invite", "reset"] as const).find((p) => path === `/${p}`);
  return purpose && { purpose, token: /^#token=([\w.~-]+)$/.exec(hash)?.[1] ?? "" };
}

import type { Session } from "../api/types";

const aDay = 24 * 3600 * 1000;

/**
 * Whether a session is about to end: the server warned of this end, or less
 * than a day and less than half of its life is left. Sessions that are short
 * by design are not near their end from the beginning.
 */
export function endsSoon(session: Pick<Session, "created_at" | "expires_at">, told: string | undefined, now: number): boolean {
  const end = new Date(session.expires_at).getTime();
  if (told !== undefined && end <= new Date(told).getTime()) return true;
  const left = end - now;
  return left < aDay && left < (end - new Date(session.created_at).getTime()) / 2;
}

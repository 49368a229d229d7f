import { useEffect, useRef } from "react";
import { eventsLink } from "../api/client";
import { parseJSON } from "../lib/json";

/** Something that happened in a session. */
export interface SessionEvent {
  type: string;
  data: unknown;
}

const types = ["job", "file", "progress", "profile", "session_expiring", "lost"];

/**
 * Listens to what happens in a session. Events are a convenience: who missed
 * some is told so ("lost") and reads the state again.
 */
export function useEvents(session: string | undefined, onEvent: (e: SessionEvent) => void): void {
  const heard = useRef(onEvent);
  useEffect(() => {
    heard.current = onEvent;
  });
  useEffect(() => {
    if (!session) return;
    const source = new EventSource(eventsLink(session));
    const take = (e: MessageEvent<string>) => {
      try {
        heard.current({ type: e.type, data: parseJSON<{ data?: unknown }>(e.data).data });
      } catch {
        // What cannot be read is as good as lost.
        heard.current({ type: "lost", data: undefined });
      }
    };
    for (const type of types) source.addEventListener(type, take);
    return () => source.close();
  }, [session]);
}

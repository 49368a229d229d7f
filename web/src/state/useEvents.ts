import { useEffect, useRef } from "react";
import { admitted, eventsLink, failureOf } from "../api/client";
import { parseJSON } from "../lib/json";

/** Something that happened in a session. */
export interface SessionEvent {
  type: string;
  data: unknown;
}

/** Before a stream that broke off is opened again. */
const pause = 3000;

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
    let live = true;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (e: MessageEvent<string>) => {
      try {
        heard.current({ type: e.type, data: parseJSON<{ data?: unknown }>(e.data).data });
      } catch {
        // What cannot be read is as good as lost.
        heard.current({ type: "lost", data: undefined });
      }
    };
    const again = () => {
      source?.close();
      timer = setTimeout(() => {
        heard.current({ type: "lost", data: undefined });
        open();
      }, pause);
    };
    const listen = (link: string) => {
      if (!live) return;
      const ticketed = link !== eventsLink(session);
      source = new EventSource(link);
      for (const type of types) source.addEventListener(type, take);
      // A browser goes on by itself, but a ticket works once.
      if (ticketed) source.onerror = again;
    };
    const open = () => void admitted(eventsLink(session)).then(listen, (err: unknown) => live && failureOf(err).problem.status === 0 && again());
    open();
    return () => {
      live = false;
      clearTimeout(timer);
      source?.close();
    };
  }, [session]);
}

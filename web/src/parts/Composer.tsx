import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { questions } from "../api/client";
import { icons } from "./icons";

const typeAheadAfter = 160;

/** Questions that begin with what was typed; empty while nothing is typed. */
function useTypeAhead(session: string | undefined, text: string): string[] {
  const [found, setFound] = useState<{ for: string; list: string[] }>({ for: "", list: [] });
  useEffect(() => {
    const q = text.trim();
    if (!session || q.length < 2 || q.includes("\n")) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      questions.suggest(session, q, abort.signal).then(
        (list) => setFound({ for: text, list: list.filter((s) => s.toLowerCase() !== q.toLowerCase()).slice(0, 5) }),
        () => undefined, // a missing hint is no reason to trouble anybody
      );
    }, typeAheadAfter);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, text]);
  return text.trim().length >= 2 && text.startsWith(found.for) ? found.list : [];
}

/** Walks through earlier questions with the arrow keys. */
function useRecall(history: readonly string[]) {
  const [at, setAt] = useState(-1);
  return {
    recalling: at >= 0,
    back: () => {
      const next = Math.min(at + 1, history.length - 1);
      setAt(next);
      return history.at(-1 - next);
    },
    forward: () => {
      const next = at - 1;
      setAt(next);
      return next < 0 ? "" : history.at(-1 - next);
    },
    stop: () => setAt(-1),
  };
}

export function Composer({ session, busy, history, placeholder, onAsk, onCancel }: {
  session: string | undefined;
  busy: boolean;
  history: readonly string[];
  placeholder: string;
  onAsk: (question: string) => void;
  onCancel: () => void;
}) {
  const [text, setText] = useState("");
  const [closed, setClosed] = useState(true);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const recall = useRecall(history);
  const hints = useTypeAhead(session, text);
  const open = !closed && !recall.recalling && hints.length > 0;

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
  }, [text]);

  // With a keyboard at hand one can type at once; on a touch screen that would
  // open the on-screen keyboard over the page.
  useEffect(() => {
    const idle = document.activeElement === null || document.activeElement === document.body;
    if (session && idle && window.matchMedia("(hover: hover)").matches) box.current?.focus();
  }, [session]);

  useEffect(() => {
    const slash = (e: globalThis.KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && e.target.closest("input, textarea, select, [contenteditable], dialog");
      if (e.key !== "/" || typing || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      box.current?.focus();
    };
    document.addEventListener("keydown", slash);
    return () => document.removeEventListener("keydown", slash);
  }, []);

  const write = (value: string) => {
    setText(value);
    setActive(-1);
  };

  const send = () => {
    const q = text.trim();
    if (!q || busy || !session) return;
    onAsk(q);
    write("");
    setClosed(true);
    recall.stop();
  };

  const pick = (hint: string) => {
    write(hint);
    setClosed(true);
    box.current?.focus();
  };

  const enter = () => (open && active >= 0 ? pick(hints[active]!) : send());

  const escape = () => {
    if (open) setClosed(true);
    else if (busy) onCancel();
    else if (recall.recalling) {
      recall.stop();
      write("");
    } else box.current?.blur();
  };

  /** Arrows move in the hints while they are open, and through history otherwise. */
  const arrow = (up: boolean): boolean => {
    if (open && (!up || active >= 0)) {
      setActive(up ? active - 1 : Math.min(active + 1, hints.length - 1));
      return true;
    }
    if (up && history.length > 0 && (text === "" || recall.recalling)) {
      write(recall.back() ?? "");
      return true;
    }
    if (!up && recall.recalling) {
      write(recall.forward() ?? "");
      return true;
    }
    return false;
  };

  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === "Enter" && !e.shiftKey) enter();
    else if (e.key === "Escape") escape();
    else if (!((e.key === "ArrowUp" && arrow(true)) || (e.key === "ArrowDown" && arrow(false)))) return;
    e.preventDefault();
  };

  return (
    <form
      className="composer"
      onSubmit={(e) => {
        e.preventDefault();
        send();
      }}
    >
      {open && (
        <ul id={list} role="listbox" aria-label="Questions that would work" className="hints">
          {hints.map((h, i) => (
            <li
              key={h}
              id={`${list}-${i}`}
              role="option"
              aria-selected={i === active}
              onPointerDown={(e) => {
                e.preventDefault();
                pick(h);
              }}
            >
              {h}
            </li>
          ))}
        </ul>
      )}
      <span className="offscreen" role="status">{open ? `${hints.length} suggestions; the down arrow chooses.` : ""}</span>
      <textarea
        ref={box}
        rows={1}
        value={text}
        placeholder={placeholder}
        disabled={!session}
        aria-label="Your question"
        aria-haspopup="listbox"
        aria-controls={open ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${list}-${active}` : undefined}
        onChange={(e) => {
          recall.stop();
          setClosed(false);
          write(e.target.value);
        }}
        onBlur={() => setClosed(true)}
        onKeyDown={keys}
      />
      {busy ? (
        <button type="button" className="send" aria-label="Stop" title="Stop (Esc)" onClick={onCancel}>{icons.stop}</button>
      ) : (
        <button type="submit" className="send" aria-label="Ask" title="Ask (Enter)" disabled={!text.trim() || !session}>{icons.send}</button>
      )}
    </form>
  );
}

import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Word } from "../api/types";
import { pieces, withoutHalfTyped } from "../lib/spans";
import { placeOf, useReading, useRested, useTypeAhead } from "../state/useReading";
import { icons } from "./icons";
import { ReaderChoice } from "./Model";

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

/** What others may do with the question box. */
export interface ComposerHandle {
  focus: () => void;
  /** Puts a question there, to be changed before it is asked; in place of an earlier one, if that is named. */
  write: (question: string, edits?: string) => void;
}

export interface ComposerProps {
  session: string | undefined;
  conversation: string | undefined;
  busy: boolean;
  history: readonly string[];
  placeholder: string;
  onAsk: (question: string, edits?: string) => void;
  onCancel: () => void;
  onHelp: () => void;
  handle: Ref<ComposerHandle>;
}

/** The question once more, behind the box, with its words underlined as they would be read. */
function Understood({ text, words, scroll }: { text: string; words: readonly Word[]; scroll: number }) {
  const cut = useMemo(() => pieces(text, [], words), [text, words]);
  return (
    <div className="understood" aria-hidden="true">
      <div style={{ transform: `translateY(${-scroll}px)` }}>
        {cut.map((p, i) => (p.kind ? <span key={i} className={`read as-${p.kind}`}>{p.text}</span> : p.text))}
      </div>
    </div>
  );
}

/** What is not found while it is typed, and otherwise which keys do what. */
function Below({ id, session, words, onHelp }: { id: string; session: string | undefined; words: readonly Word[]; onHelp: () => void }) {
  const unknown = words.filter((w) => w.kind === "unknown").map((w) => w.text);
  return (
    <p id={id} className="keys muted small">
      {unknown.length > 0 ? (
        <span>Not found in your data: {unknown.slice(0, 6).map((w, i) => <mark key={i}>{w}</mark>)}</span>
      ) : (
        <span><kbd>Enter</kbd> asks · <kbd>↑</kbd> earlier questions · <kbd>/</kbd> jumps here · <button type="button" className="link" onClick={onHelp}>all keys</button></span>
      )}
      <ReaderChoice session={session} />
    </p>
  );
}

/** What was typed of a hint, and what it adds. */
function Added({ hint, typed }: { hint: string; typed: string }) {
  const same = hint.toLowerCase().startsWith(typed.toLowerCase()) ? typed.length : 0;
  return <bdi>{hint.slice(0, same)}<b>{hint.slice(same)}</b></bdi>;
}

function Hints({ id, hints, typed, active, onPick }: { id: string; hints: readonly string[]; typed: string; active: number; onPick: (hint: string) => void }) {
  return (
    <ul id={id} role="listbox" aria-label="Questions that would work" className="hints">
      {hints.map((h, i) => (
        <li
          key={h}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          onPointerDown={(e) => {
            e.preventDefault();
            onPick(h);
          }}
        >
          <Added hint={h} typed={typed} />
        </li>
      ))}
    </ul>
  );
}

export function Composer({ session, conversation, busy, history, placeholder, onAsk, onCancel, onHelp, handle }: ComposerProps) {
  const [text, setText] = useState("");
  const [edits, setEdits] = useState<string>();
  // Elsewhere there is no such earlier question; what was typed stays.
  const place = placeOf(session, conversation);
  const [begun, setBegun] = useState(place);
  if (begun !== place) {
    setBegun(place);
    setEdits(undefined);
  }
  const [closed, setClosed] = useState(true);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const recall = useRecall(history);
  // What came after the earlier question is not there for one in its place.
  const within = edits ? undefined : conversation;
  const hints = useTypeAhead(session, within, text);
  const read = useReading(session, within, text);
  const rested = useRested(text);
  const words = hints.length > 0 || !rested ? withoutHalfTyped(text, read) : read;
  const [scroll, setScroll] = useState(0);
  const below = useId();
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

  const write = (value: string) => {
    setText(value);
    setActive(-1);
  };

  const clear = () => {
    write("");
    setEdits(undefined);
  };

  useImperativeHandle(handle, () => ({
    focus: () => box.current?.focus(),
    write: (question, earlier) => {
      write(question);
      setEdits(earlier);
      setClosed(true);
      recall.stop();
      box.current?.focus();
    },
  }));

  const send = () => {
    const q = text.trim();
    if (!q || busy || !session) return;
    onAsk(q, edits);
    clear();
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
    else if (edits) clear();
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
    else if (e.key === "Tab" && !e.shiftKey && open && active >= 0) pick(hints[active]!);
    else if (e.key === "Escape") escape();
    else if (!((e.key === "ArrowUp" && arrow(true)) || (e.key === "ArrowDown" && arrow(false)))) return;
    e.preventDefault();
  };

  return (
    <>
      <form
        className="composer"
        onSubmit={(e) => {
          e.preventDefault();
          send();
        }}
      >
        {edits && <p className="instead small" role="status">{icons.pen}<span className="grow">Asked in place of the earlier question, in a conversation of its own. What came after it stays where it is.</span><button type="button" className="link" onClick={() => { clear(); box.current?.focus(); }}>Leave it</button></p>}
        {open && <Hints id={list} hints={hints} typed={text.trimStart()} active={active} onPick={pick} />}
        <span className="offscreen" role="status">{open ? `${hints.length} suggestions; the down arrow chooses.` : ""}</span>
        <div className="question-box">
          <Understood text={text} words={words} scroll={scroll} />
          <textarea
            ref={box}
            rows={1}
            value={text}
            placeholder={placeholder}
            disabled={!session}
            dir="auto"
            aria-label="Your question"
            aria-describedby={below}
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
            onScroll={(e) => setScroll(e.currentTarget.scrollTop)}
          />
        </div>
        {busy ? (
          <button type="button" className="send" aria-label="Stop" title="Stop (Esc)" onClick={onCancel}>{icons.stop}</button>
        ) : (
          <button type="submit" className="send" aria-label="Ask" title="Ask (Enter)" disabled={!text.trim() || !session}>{icons.send}</button>
        )}
      </form>
      <Below id={below} session={session} words={words} onHelp={onHelp} />
    </>
  );
}

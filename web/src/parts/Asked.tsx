import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import type { Answer } from "../api/types";
import { type Piece, pieces } from "../lib/spans";
import { useRights } from "../state/person";
import { IconButton } from "./basics";
import { icons } from "./icons";

/** What became of a word, in words; undefined for one of no weight. */
function became(p: Piece, answer: Answer | undefined): string | undefined {
  if (p.ignored) return answer?.status === "refused" ? "not found in your data" : "the answer does not use this";
  return p.says;
}

/**
 * A question with its words underlined as they were understood. Under the
 * pointer, or with the focus, a word says what it became; the first is reached
 * with the Tab key, the others with the arrows, and Enter or Space closes and
 * opens what is said.
 */
export function Asked({ question, answer, onEdit }: { question: string; answer: Answer | undefined; onEdit: (question: string, edits?: string) => void }) {
  const { edit } = useRights();
  const cut = useMemo(() => pieces(question, [...(answer?.ignored ?? []), ...(answer?.words ?? [])], answer?.spans), [question, answer]);
  const spoken = cut.flatMap((p, i) => (became(p, answer) ? [i] : []));
  const [open, setOpen] = useState<number>();
  const [stop, setStop] = useState(0);
  const id = useId();
  const words = useRef<HTMLHeadingElement>(null);
  const told = open === undefined ? undefined : cut[open];

  const keys = (e: KeyboardEvent) => {
    const at = Math.min(stop, spoken.length - 1);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: spoken.length - 1 }[e.key];
    if (e.key === "Escape" && open !== undefined) setOpen(undefined);
    else if (e.key === "Enter" || e.key === " ") setOpen(open === spoken[at] ? undefined : spoken[at]);
    else if (to !== undefined && to >= 0 && to < spoken.length) words.current?.querySelectorAll<HTMLElement>("[role=button]")[to]?.focus();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  return (
    <div className="asked" onPointerLeave={() => setOpen(undefined)}>
      {edit && <IconButton label="Change this question" icon={icons.pen} className="edit" onClick={() => onEdit(question, answer?.query_id)} />}
      <h2 className="question" dir="auto" ref={words} onKeyDown={keys}>
        <span className="offscreen">You asked: </span>
        {cut.map((p, i) => {
          if (!became(p, answer)) return p.text;
          const at = spoken.indexOf(i);
          const Word = p.ignored ? "mark" : "span";
          return (
            <Word
              key={i}
              role="button"
              className={p.ignored ? "said" : `said read as-${p.kind}`}
              tabIndex={at === Math.min(stop, spoken.length - 1) ? 0 : -1}
              aria-expanded={open === i}
              aria-describedby={open === i ? id : undefined}
              onPointerEnter={() => setOpen(i)}
              onFocus={() => { setOpen(i); setStop(at); }}
              onBlur={() => setOpen(undefined)}
              onClick={() => setOpen(i)}
            >
              {p.text}
            </Word>
          );
        })}
      </h2>
      {told && <p id={id} role="tooltip" className="became"><b><bdi>{told.text}</bdi></b>: <bdi>{became(told, answer)}</bdi></p>}
    </div>
  );
}

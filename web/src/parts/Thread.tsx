import { memo, useEffect, useMemo, useRef } from "react";
import type { Plan } from "../api/types";
import { formatters } from "../lib/format";
import { isOpen, type Turn } from "../state/turn";
import type { Thread as ThreadState } from "../state/useThread";
import { useRights } from "../state/person";
import { Answer } from "./Answer";
import { Asked } from "./Asked";
import { Trouble } from "./basics";
import type { Lesson } from "./teach/TeachForm";

interface TurnActions {
  onAsk: (question: string) => void;
  onChoose: (question: string, plan: Plan) => void;
  onRerun: (turn: Turn) => void;
  onRetry: (turn: Turn) => void;
  onRate: (turn: Turn, feedback: string) => void;
  onEdit: (question: string, edits?: string) => void;
  onTeach: (lesson: Lesson) => void;
}

const TurnView = memo(function TurnView({ turn, last, onAsk, onChoose, onRerun, onRetry, onRate, onEdit, onTeach }: { turn: Turn; last: boolean } & TurnActions) {
  const { edit } = useRights();
  const open = isOpen(turn);
  const actions = useMemo(
    () => ({ onAsk, onChoose, onEdit, onTeach, onRerun: () => onRerun(turn), onRate: (f: string) => onRate(turn, f) }),
    [turn, onAsk, onChoose, onEdit, onTeach, onRerun, onRate],
  );
  return (
    <article className="turn" aria-busy={open} tabIndex={-1}>
      <Asked question={turn.question} answer={turn.answer} onEdit={onEdit} />
      {turn.answer && <Answer answer={turn.answer} open={open} last={last} learned={turn.learned} actions={actions} />}
      {open && <p className="stage" role="status"><span className="dots" aria-hidden="true"><i /><i /><i /></span>{turn.stage}</p>}
      {turn.failure && (
        <Trouble failure={turn.failure}>
          {edit && <button type="button" className="button" onClick={() => onRetry(turn)}>Ask again</button>}
        </Trouble>
      )}
    </article>
  );
});

/** What a screen reader says when an answer is there. */
function spoken(turn: Turn | undefined): string {
  if (!turn || isOpen(turn)) return "";
  if (turn.failure) return turn.failure.message;
  const a = turn.answer;
  if (!a) return "";
  if (a.status === "clarify") return `${a.question ?? ""} ${a.options?.length ?? 0} options.`;
  const row = a.result?.rows.length === 1 ? a.result.rows[0]! : undefined;
  const show = formatters(a);
  const values = row ? row.map((v, i) => `${a.result!.columns[i]!.name}: ${v === null ? "no value" : show[i]!(v)}`).join(", ") + ". " : "";
  return values + a.explanation;
}

export function Thread({ thread, onAsk, onEdit, onTeach }: { thread: ThreadState } & Pick<TurnActions, "onAsk" | "onEdit" | "onTeach">) {
  const list = useRef<HTMLDivElement>(null);
  const { turns } = thread;
  const last = turns.at(-1);
  const seen = useRef<string | undefined>(undefined);

  // A new question comes to the top; its answer then grows below it.
  useEffect(() => {
    const box = list.current;
    const scroller = box?.parentElement;
    if (!box || !scroller || !last || seen.current === last.key) return;
    const first = seen.current === undefined;
    seen.current = last.key;
    const calm = first || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const turn = box.querySelector<HTMLElement>(".turn:last-of-type");
    scroller.scrollTo({ top: (turn?.offsetTop ?? 0) + box.offsetTop - 20, behavior: calm ? "auto" : "smooth" });
  }, [last]);

  return (
    <div className="thread" ref={list}>
      <h1 className="offscreen">Conversation</h1>
      {thread.earlier && <p className="center pad"><button type="button" className="button" onClick={thread.earlier}>Show earlier questions</button></p>}
      {turns.map((t) => (
        <TurnView key={t.key} turn={t} last={t === last} onAsk={onAsk} onChoose={thread.choose} onRerun={thread.rerun} onRetry={thread.retry} onRate={thread.rate} onEdit={onEdit} onTeach={onTeach} />
      ))}
      <div className="offscreen" aria-live="polite" aria-atomic="true">{spoken(last)}</div>
    </div>
  );
}

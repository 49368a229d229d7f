import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { conversations, Failure, failureOf, questions, stream } from "../api/client";
import type { Answer, AskRequest, Learned, Plan } from "../api/types";
import { readSetting } from "../lib/settings";
import { again, fail, finishedTurn, fold, isOpen, newTurn, settle, standing, type Turn } from "./turn";

export interface Thread {
  turns: Turn[];
  loading: boolean;
  failure: Failure | undefined;
  /** Loads earlier questions; undefined where all are here. */
  earlier: (() => void) | undefined;
  busy: boolean;
  /** Asks; in place of an earlier question, a new conversation goes on from what was before it. */
  ask: (question: string, edits?: string) => void;
  /** Asks with a plan: an option of a clarification, or another reading. */
  choose: (question: string, plan: Plan) => void;
  rerun: (turn: Turn) => void;
  retry: (turn: Turn) => void;
  cancel: () => void;
  rate: (turn: Turn, feedback: string) => void;
}

interface Options {
  session: string | undefined;
  conversation: string | undefined;
  /** Told once an answer is there; its conversation may be new. */
  onAnswer: (answer: Answer) => void;
  /** Told once a judgement is stored: an answer may be remembered or forgotten. */
  onJudged?: () => void;
}

function replace(turns: Turn[], key: string, change: (t: Turn) => Turn): Turn[] {
  return turns.map((t) => (t.key === key ? change(t) : t));
}

/** The questions and answers of one conversation. */
export function useThread({ session, conversation, onAnswer, onJudged }: Options): Thread {
  // All that was asked here, also what another question stands in place of.
  const [asked, setTurns] = useState<Turn[]>([]);
  const turns = useMemo(() => standing(asked), [asked]);
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  // Where earlier questions begin, and of which conversation.
  const [next, setNext] = useState<{ of: string; cursor: string }>();
  const running = useRef<AbortController | undefined>(undefined);
  // The conversation whose turns are shown. A new one gets its name with its
  // first answer; it must not be loaded again then.
  const shown = useRef<string | undefined>(undefined);
  const heard = useRef(onAnswer);
  const judged = useRef(onJudged);
  useEffect(() => {
    heard.current = onAnswer;
    judged.current = onJudged;
  });

  /** Loads what was asked before what is shown, or with no cursor all of the end of the conversation, more than a number of questions. */
  const load = useCallback((s: string, c: string, cursor?: string, more = 0) => {
    const place = `${s}/${c}`;
    const still = () => shown.current === place;
    const pages = async () => {
      const page = await conversations.queries(s, c, cursor);
      while (page.next && page.items.length <= more) {
        const before = await conversations.queries(s, c, page.next);
        page.items.push(...before.items);
        page.next = before.next;
      }
      return page;
    };
    pages()
      .then((page) => {
        if (!still()) return;
        const loaded = page.items.map(finishedTurn).reverse();
        setTurns((list) => [...loaded, ...(cursor ? list : list.filter((t) => !t.answer))]);
        setNext(page.next ? { of: c, cursor: page.next } : undefined);
      })
      .catch((err: unknown) => still() && setFailure(failureOf(err)))
      .finally(() => still() && setLoading(false));
  }, []);

  // Asked in place of an earlier question, the conversation is another one with
  // other places in it: then its end is loaded anew, further back than before.
  const earlier = useMemo(() => {
    if (!session || !conversation || !next) return undefined;
    return () => (next.of === conversation ? load(session, conversation, next.cursor) : load(session, conversation, undefined, turns.length));
  }, [session, conversation, next, turns.length, load]);

  useEffect(() => {
    const place = session && conversation ? `${session}/${conversation}` : (session ?? "");
    if (shown.current === place) return;
    shown.current = place;
    running.current?.abort();
    setTurns([]);
    setFailure(undefined);
    setLoading(Boolean(session && conversation));
    setNext(undefined);
    if (session && conversation) load(session, conversation);
  }, [session, conversation, load]);

  const run = useCallback(
    async (turn: Turn, work: (emit: (change: (t: Turn) => Turn) => void, signal: AbortSignal) => Promise<void>) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      const place = shown.current;
      let last = turn;
      const emit = (change: (t: Turn) => Turn) => {
        if (abort.signal.aborted && shown.current !== place) return;
        last = change(last);
        const now = last;
        setTurns((list) => replace(list, turn.key, () => now));
      };
      try {
        await work(emit, abort.signal);
        if (isOpen(last)) throw new Failure({ status: 0, code: "broken_off", detail: "The answer broke off.", hint: "Ask again." });
      } catch (err) {
        // What was answered stays so, whatever becomes of the line.
        if (isOpen(last)) emit((t) => fail(t, failureOf(err)));
      }
      if (running.current === abort) running.current = undefined;
      const answer = last.answer;
      if (!answer?.conversation_id || !session || shown.current !== place) return;
      shown.current = `${session}/${answer.conversation_id}`;
      heard.current(answer);
    },
    [session],
  );

  const request = useCallback(
    (turn: Turn): AskRequest => {
      const r: AskRequest = { session_id: session ?? "" };
      if (conversation) r.conversation_id = conversation;
      if (turn.plan) r.plan = turn.plan;
      if (turn.edits) r.edits = turn.edits;
      r.query = turn.question;
      const reader = readSetting("reader");
      if (!turn.plan && (reader === "offline" || reader === "model")) r.reader = reader;
      return r;
    },
    [session, conversation],
  );

  const start = useCallback(
    (turn: Turn) =>
      void run(turn, async (emit, signal) => {
        await stream(request(turn), (event) => emit((t) => fold(t, event)), signal);
      }),
    [run, request],
  );

  const add = useCallback(
    (turn: Turn) => {
      if (!session) return;
      setTurns((list) => [...list, turn]);
      start(turn);
    },
    [session, start],
  );

  const rerun = useCallback(
    (turn: Turn) => {
      const id = turn.answer?.query_id;
      if (!id) return;
      const once = newTurn(turn.question);
      setTurns((list) => [...list, once]);
      void run(once, async (emit, signal) => {
        const answer = await questions.rerun(id, signal);
        emit((t) => settle(t, answer));
      });
    },
    [run],
  );

  const retry = useCallback(
    (turn: Turn) => {
      const once = newTurn(turn.question, turn.plan, turn.edits);
      setTurns((list) => again(list, turn, once));
      start(once);
    },
    [start],
  );

  const rate = useCallback((turn: Turn, feedback: string) => {
    const answer = turn.answer;
    if (!answer) return;
    const before = answer.feedback ?? "";
    const mark = (f: string, learned?: Learned) =>
      setTurns((list) => replace(list, turn.key, ({ learned: _before, ...t }) => (t.answer ? { ...t, answer: { ...t.answer, feedback: f }, ...(learned ? { learned } : {}) } : t)));
    mark(feedback);
    questions.feedback(answer.query_id, feedback).then(
      (learned) => {
        mark(feedback, learned);
        judged.current?.();
      },
      () => mark(before),
    );
  }, []);

  return {
    turns,
    loading,
    failure,
    earlier,
    busy: turns.some(isOpen),
    ask: useCallback((q: string, edits?: string) => add(newTurn(q, undefined, edits)), [add]),
    choose: useCallback((q: string, plan: Plan) => add(newTurn(q, plan)), [add]),
    rerun,
    retry,
    cancel: useCallback(() => running.current?.abort(), []),
    rate,
  };
}

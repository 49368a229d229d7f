import { Failure } from "../api/client";
import type { ServerEvent } from "../api/sse";
import type { Answer, Assumption, Learned, Option, Plan, Problem, Result } from "../api/types";
import { parseJSON } from "../lib/json";

/** One question of the thread with what is known of its answer so far. */
export interface Turn {
  key: string;
  question: string;
  plan?: Plan;
  /** The earlier question that it stands in for. */
  edits?: string;
  /** What the server is doing, in its words; undefined when it is done. */
  stage?: string;
  answer?: Answer;
  failure?: Failure;
  /** What the person's judgement changed, told right after it. */
  learned?: Learned;
}

let made = 0;

export function newTurn(question: string, plan?: Plan, edits?: string): Turn {
  const turn: Turn = { key: `turn-${++made}`, question, stage: "Reading the question" };
  if (plan) turn.plan = plan;
  if (edits) turn.edits = edits;
  return turn;
}

/**
 * The turns as a conversation: one in place of an earlier question takes the
 * place of what came after that, too. Where it failed there is no such
 * conversation, and all of them stand.
 */
export function standing(turns: readonly Turn[]): Turn[] {
  const list: Turn[] = [];
  for (const t of turns) {
    const at = t.edits && !t.failure ? list.findIndex((other) => other.answer?.query_id === t.edits) : -1;
    if (at >= 0) list.length = at;
    list.push(t);
  }
  return list;
}

/** Asks a failed turn again: where it stood, or in place of an earlier question after all that was asked since. */
export function again(turns: Turn[], failed: Turn, turn: Turn): Turn[] {
  if (!turn.edits) return turns.map((t) => (t.key === failed.key ? turn : t));
  return [...turns.filter((t) => t.key !== failed.key), turn];
}

export function finishedTurn(answer: Answer): Turn {
  return { key: answer.query_id, question: answer.query, answer };
}

export function isOpen(turn: Turn): boolean {
  return turn.stage !== undefined;
}

/** Ends a turn with the whole answer document. */
export function settle(turn: Turn, answer: Answer): Turn {
  const { stage: _stage, failure: _failure, ...rest } = turn;
  return { ...rest, question: turn.question || answer.query, answer };
}

export function fail(turn: Turn, failure: Failure): Turn {
  const { stage: _stage, answer: _answer, ...rest } = turn;
  return { ...rest, failure };
}

const stages: Record<string, string> = {
  understanding: "Reading the question",
  reading: "Reading the question",
  planning: "Choosing what to compute",
  probing: "Looking into the data",
  querying: "Computing",
  running: "Computing",
  computing: "Computing",
  charting: "Drawing",
  explaining: "Putting it into words",
  "asking the model": "Asking the language model",
  "the model is computing": "The language model lets a result be computed",
  "the model is looking values up": "The language model looks values up",
};

function empty(turn: Turn): Answer {
  return { query_id: "", conversation_id: "", session_id: "", query: turn.question, status: "answered", explanation: "" };
}

/** The text of an event that is either a bare string or an object with one. */
function words(data: unknown, ...fields: string[]): string {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null) return "";
  for (const f of fields) {
    const v = (data as Record<string, unknown>)[f];
    if (typeof v === "string") return v;
  }
  return "";
}

/** Takes in a text event: the sentence so far or a further piece, and what belongs to it. */
function told(answer: Answer, data: unknown): Answer {
  const more = (typeof data === "object" && data !== null ? data : {}) as Partial<Pick<Answer, "notes" | "chart">> & { delta?: string };
  const next = { ...answer, explanation: more.delta ? answer.explanation + more.delta : words(data, "text") };
  if (more.notes) next.notes = more.notes;
  if (more.chart) next.chart = more.chart;
  return next;
}

function isAnswer(data: unknown): data is Answer {
  return typeof data === "object" && data !== null && "query_id" in data && "status" in data;
}

/** Takes one event of an answer into the turn. Unknown events change nothing. */
export function fold(turn: Turn, event: ServerEvent): Turn {
  let data: unknown;
  try {
    data = parseJSON<unknown>(event.data);
  } catch {
    data = event.data;
  }
  const answer = turn.answer ?? empty(turn);
  switch (event.type) {
    case "status": {
      const name = words(data, "stage", "text", "status", "state");
      return { ...turn, stage: stages[name] ?? (name || turn.stage || "") };
    }
    case "plan": {
      const text = words(data, "text", "plan_text");
      return { ...turn, answer: text ? { ...answer, plan_text: text } : answer };
    }
    case "sql":
      return { ...turn, stage: "Computing", answer: { ...answer, sql: words(data, "sql", "text") } };
    case "result":
      return { ...turn, answer: { ...answer, result: data as Result } };
    case "text":
      return { ...turn, answer: told(answer, data) };
    case "assumption":
      return { ...turn, answer: { ...answer, assumptions: [...(answer.assumptions ?? []), data as Assumption] } };
    case "clarify": {
      const asked = data as { question?: string; options?: Option[] };
      return { ...turn, answer: { ...answer, status: "clarify", question: asked.question ?? "", options: asked.options ?? [] } };
    }
    case "done":
      return isAnswer(data) ? settle(turn, data) : turn;
    case "error": {
      const p = (typeof data === "object" && data !== null ? data : {}) as Partial<Problem> & { message?: string };
      return fail(turn, new Failure({ ...p, status: p.status ?? 0, code: p.code ?? "error", detail: p.detail ?? p.message ?? words(data) }));
    }
  }
  return turn;
}

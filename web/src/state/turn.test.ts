import { describe, expect, it } from "vitest";
import type { ServerEvent } from "../api/sse";
import type { Answer } from "../api/types";
import { Failure } from "../api/client";
import { again, fail, finishedTurn, fold, isOpen, newTurn, settle, standing, type Turn } from "./turn";

function play(...events: [string, unknown][]): Turn {
  return events.map(([type, data]): ServerEvent => ({ type, data: JSON.stringify(data) })).reduce(fold, newTurn("total amount"));
}

const whole: Answer = { query_id: "q", conversation_id: "c", session_id: "s", query: "total amount", status: "answered", explanation: "The total." };

describe("fold", () => {
  it("shows an answer while it is made", () => {
    const t = play(
      ["status", { stage: "understanding" }],
      ["plan", { plan: {}, text: "from orders" }],
      ["assumption", { code: "default_measure", text: "I took amount.", alternatives: [] }],
      ["sql", { sql: "SELECT 1" }],
      ["status", { stage: "computing" }],
      ["result", { columns: [{ name: "n", type: "integer" }], rows: [[1]], row_count: 1, truncated: false }],
      ["text", { text: "The total.", notes: ["A note."], chart: { mark: "bar" } }],
    );
    expect(isOpen(t)).toBe(true);
    expect(t.stage).toBe("Computing");
    expect(t.answer).toMatchObject({ sql: "SELECT 1", plan_text: "from orders", explanation: "The total.", notes: ["A note."], chart: { mark: "bar" }, result: { rows: [[1]] } });
    expect(t.answer?.assumptions).toHaveLength(1);
  });

  it("ends with the whole document, which replaces the pieces", () => {
    const t = play(["text", { text: "Half" }], ["done", whole]);
    expect(isOpen(t)).toBe(false);
    expect(t.answer).toEqual(whole);
  });

  it("puts text together that comes in pieces", () => {
    expect(play(["text", { delta: "The " }], ["text", { delta: "total." }]).answer?.explanation).toBe("The total.");
  });

  it("asks back", () => {
    const t = play(["clarify", { question: "Which?", options: [{ label: "A", plan: {} }] }]);
    expect(t.answer).toMatchObject({ status: "clarify", question: "Which?", options: [{ label: "A" }] });
  });

  it("ends with a failure in the server's words", () => {
    const t = play(["result", { columns: [], rows: [], row_count: 0, truncated: false }], ["error", { status: 504, code: "query_timeout", detail: "That took too long.", hint: "Ask for less." }]);
    expect(isOpen(t)).toBe(false);
    expect(t.answer).toBeUndefined();
    expect(t.failure?.message).toBe("That took too long.");
    expect(t.failure?.hint).toBe("Ask for less.");
  });

  it("is not disturbed by events it does not know, or by broken ones", () => {
    const t = fold(fold(newTurn("x"), { type: "usage", data: "{}" }), { type: "later", data: "{not json" });
    expect(isOpen(t)).toBe(true);
    expect(t.answer).toBeUndefined();
  });
});

describe("a question in place of an earlier one", () => {
  const list = ["a", "b", "c"].map((id) => finishedTurn({ ...whole, query_id: id, query: id }));
  const edit = newTurn("other", undefined, "b");
  const failed = fail(edit, new Failure({ status: 0, code: "cancelled", detail: "It was stopped." }));
  const shown = (turns: Turn[]) => standing(turns).map((t) => t.question);

  it("takes the place of what came after while it is answered, and then", () => {
    expect(shown([...list, edit])).toEqual(["a", "other"]);
    expect(shown([...list, settle(edit, { ...whole, query_id: "d" }), newTurn("e")])).toEqual(["a", "other", "e"]);
  });

  it("leaves all where they were once it failed", () => {
    expect(shown([...list, failed, newTurn("e")])).toEqual(["a", "b", "c", "other", "e"]);
  });

  it("is asked again after what came since", () => {
    expect(shown(again([...list, failed, newTurn("e")], failed, newTurn("other", undefined, "b")))).toEqual(["a", "other"]);
    const plain = fail(newTurn("d"), new Failure({ status: 0, code: "cancelled", detail: "It was stopped." }));
    expect(shown(again([...list, plain, newTurn("e")], plain, newTurn("d")))).toEqual(["a", "b", "c", "d", "e"]);
  });
});

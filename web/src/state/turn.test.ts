import { describe, expect, it } from "vitest";
import type { ServerEvent } from "../api/sse";
import type { Answer } from "../api/types";
import { fold, isOpen, newTurn, type Turn } from "./turn";

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

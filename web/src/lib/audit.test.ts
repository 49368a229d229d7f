import { describe, expect, it } from "vitest";
import { auditFilter, inWords } from "./audit";

const nothing = { actor: "", action: "", object: "", outcome: "", text: "", from: "", to: "" };

describe("a search of the audit log", () => {
  it("asks for nothing that is not looked for", () => expect(auditFilter(nothing)).toEqual({}));

  it("leaves out space around what is typed", () => expect(auditFilter({ ...nothing, actor: "u", action: " delete-session ", outcome: "ok", text: " ann " })).toEqual({ actor_id: "u", action: "delete-session", outcome: "ok", search: "ann" }));

  it("holds both days, of this place's clock", () => {
    const day = (d: number) => new Date(2026, 1, d).toISOString();
    expect(auditFilter({ ...nothing, from: "2026-02-28", to: "2026-02-28" })).toEqual({ after: day(28), before: day(29) });
  });
});

it("reads names as words", () => expect(inWords("delete-session")).toBe("delete session"));

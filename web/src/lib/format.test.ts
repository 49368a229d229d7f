import { describe, expect, it } from "vitest";
import type { ColumnType } from "../api/types";
import { bytes, clip, duration, exact, formatter, keyOf, relative, showsNames, title, unitBeside } from "./format";
import { type Cell, Exact } from "./json";

function shown(type: ColumnType, values: Cell[], name = "amount", unit: string | null = null, key?: { op: string; unit?: string }): string[] {
  return values.map(formatter({ name, type, unit }, values, key));
}

describe("formatter", () => {
  it("groups amounts but not keys and years", () => {
    expect(shown("integer", [12480])).toEqual(["12,480"]);
    expect(shown("integer", [12480], "order_id")).toEqual(["12480"]);
    expect(shown("integer", [12480], "customerId")).toEqual(["12480"]);
    expect(shown("integer", [2024], "year")).toEqual(["2024"]);
    expect(shown("integer", [1234], "paid")).toEqual(["1,234"]);
  });

  it("gives a column one number of decimals", () => {
    expect(shown("float", [1, 2.5, 3.14159])).toEqual(["1.00", "2.50", "3.14"]);
    expect(shown("float", [10, 20])).toEqual(["10", "20"]);
    expect(shown("float", [0.00123, 0.5])).toEqual(["0.001", "0.500"]);
    expect(shown("float", [0.0000012])).toEqual(["0.0000012"]);
  });

  it("writes money with its cents or without any", () => {
    expect(shown("decimal", [12.5, 3], "amount", "USD")).toEqual(["$12.50", "$3.00"]);
    expect(shown("decimal", [12, 3], "amount", "USD")).toEqual(["$12", "$3"]);
  });

  it("keeps every digit of a large integer", () => {
    expect(shown("integer", [new Exact("9007199254740993", 9007199254740992)])).toEqual(["9,007,199,254,740,993"]);
  });

  it("writes dates in the grain they were cut to, in no other zone", () => {
    expect(shown("date", ["2024-01-01"])).toEqual(["Jan 1, 2024"]);
    expect(shown("date", ["2024-01-01"], "m", null, { op: "trunc", unit: "month" })).toEqual(["Jan 2024"]);
    expect(shown("date", ["2024-04-01"], "q", null, { op: "trunc", unit: "quarter" })).toEqual(["Q2 2024"]);
    expect(shown("date", ["2024-01-01"], "y", null, { op: "trunc", unit: "year" })).toEqual(["2024"]);
    expect(shown("datetime", ["2024-01-01 23:30:00"])).toEqual(["Jan 1, 2024, 11:30 PM"]);
    expect(shown("datetime", ["2024-01-01 23:30:00+00:00"])).toEqual(["Jan 1, 2024, 11:30 PM"]);
  });

  it("names parts of dates", () => {
    expect(shown("integer", [1, 12], "month", null, { op: "part", unit: "month" })).toEqual(["January", "December"]);
    expect(shown("integer", [1, 7], "weekday", null, { op: "part", unit: "dow" })).toEqual(["Monday", "Sunday"]);
    expect([{ op: "part", unit: "dow" }, { op: "part", unit: "hour" }, { op: "trunc", unit: "month" }, undefined].map(showsNames)).toEqual([true, false, false, false]);
    expect(shown("integer", [2], "q", null, { op: "part", unit: "quarter" })).toEqual(["Q2"]);
    expect(shown("integer", [2024], "in", null, { op: "part", unit: "year" })).toEqual(["2024"]);
  });

  it("writes parts of a whole as percentages", () => {
    expect(shown("float", [0.251, 1], "share", "ratio")).toEqual(["25.1%", "100%"]);
    expect(shown("float", [25.5], "rate", "%")).toEqual(["25.5%"]);
  });

  it("leaves what it cannot read as it is", () => {
    expect(shown("date", ["soon"])).toEqual(["soon"]);
    expect(shown("float", ["NaN"])).toEqual(["NaN"]);
    expect(shown("string", ["007"])).toEqual(["007"]);
    expect(shown("boolean", [true, false])).toEqual(["yes", "no"]);
  });
});

describe("other words", () => {
  it("finds how a key was made of a date", () => {
    const plan = { group: [{ as: "month", expr: { op: "trunc", unit: "month" } }, { as: "region", expr: { op: "col" } }] };
    expect(keyOf(plan, "month")).toEqual({ op: "trunc", unit: "month" });
    expect(keyOf(plan, "other")).toBeUndefined();
    expect(keyOf(undefined, "month")).toBeUndefined();
  });

  it("cuts texts that would stop the page, and says so", () => {
    expect(clip("short")).toBe("short");
    expect(clip("x".repeat(5000))).toBe("x".repeat(300) + "… (5,000 characters)");
    expect(title("x".repeat(5000))).toHaveLength(2000 + "… (5,000 characters)".length);
    expect(title(null)).toBe("");
  });

  it("says sizes, times and distances", () => {
    expect(bytes(999)).toBe("999 B");
    expect(bytes(1204221)).toBe("1.2 MB");
    expect(duration(0)).toBe("1 ms");
    expect(duration(1530)).toBe("1.5 s");
    const now = Date.UTC(2025, 0, 1);
    expect(relative("2025-01-07T00:00:00Z", now)).toBe("in 6 days");
    expect(relative("2024-12-31T22:00:00Z", now)).toBe("2 hours ago");
    expect(relative("nonsense", now)).toBe("");
    expect(exact(null)).toBe("");
    expect(["days", "USD", "€", "%", "ratio", null].map(unitBeside)).toEqual(["days", undefined, undefined, undefined, undefined, undefined]);
  });
});

import { describe, expect, it } from "vitest";
import { Exact } from "./json";
import { sorted, turned } from "./sort";

describe("rows are put in order", () => {
  const rows = [["b", 2], [null, 10], ["a", null], ["a10", new Exact("9007199254740993", 9007199254740993)], ["a9", -1]];

  it("numbers by size, words by letters, what is missing last", () => {
    expect(sorted(rows, { column: 1, down: false }).map((r) => String(r[1]))).toEqual(["-1", "2", "10", "9007199254740993", "null"]);
    expect(sorted(rows, { column: 1, down: true }).map((r) => String(r[1]))).toEqual(["9007199254740993", "10", "2", "-1", "null"]);
    expect(sorted(rows, { column: 0, down: false }).map((r) => r[0])).toEqual(["a", "a9", "a10", "b", null]);
    expect(sorted(rows, undefined)).toBe(rows);
  });

  it("one way, the other way, and as they came", () => {
    const once = turned(undefined, 1, true);
    expect(once).toEqual({ column: 1, down: true });
    expect(turned(once, 1, true)).toEqual({ column: 1, down: false });
    expect(turned({ column: 1, down: false }, 1, true)).toBeUndefined();
    expect(turned(once, 0, false)).toEqual({ column: 0, down: false });
  });
});

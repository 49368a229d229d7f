import { describe, expect, it } from "vitest";
import type { Decisions } from "../api/types";
import { decisionsOf, draftOf, driftInWords } from "./decisions";

describe("decisions", () => {
  it.each<Decisions>([
    {},
    { encoding: "windows-1252", encoded_twice: "keep", delimiter: "\t", header_row: 0, skip_rows: 2 },
    { null_words: [] },
    { null_words: ["n/a", "-"], column_types: { zip: "string" }, date_order: "day_first", decimal_mark: "comma", keep_totals: true, header_rows: 2 },
    { format: "csv", quote: "'", tables: "several", arrays: "text" },
    { sheet: "Q1", range: "A3:F120", comment: "#" },
  ])("survive the form: %o", (d) => {
    expect(decisionsOf(draftOf(d))).toEqual(d);
  });

  it("leave out what is no number, and types that are found out", () => {
    expect(decisionsOf({ ...draftOf(), header: "x", skip: "0", types: { a: "", b: "date" } })).toEqual({ column_types: { b: "date" } });
  });

  it("say what differs", () => {
    expect(driftInWords({ table: "t", column: "a", change: "type_changed", before: "integer", after: "string" })).toBe("was integer, is string");
    expect(driftInWords({ table: "t", change: "removed" })).toBe("the table is gone");
  });
});

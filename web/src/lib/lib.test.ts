import { describe, expect, it } from "vitest";
import { asText } from "./clipboard";
import { Exact, exactNumber } from "./json";
import { readPlace, writePlace } from "./route";
import { pieces, swapWord } from "./spans";

describe("exactNumber", () => {
  it.each([
    ["0.1", 0.1],
    ["12.50", 12.5],
    ["9007199254740991", 9007199254740991],
    ["0.000000000001234", 0.000000000001234],
    ["1e21", 1e21],
  ])("%s is a number", (source, value) => {
    expect(exactNumber(source, value)).toBe(value);
  });

  it.each(["9007199254740993", "-9007199254740993", "12345678901234.5678", "123456789012345678901234567890"])("%s keeps its digits", (source) => {
    const v = exactNumber(source, Number(source));
    expect(v).toBeInstanceOf(Exact);
    expect(String(v)).toBe(source);
  });
});

describe("pieces", () => {
  const marked = (question: string, ignored: string[], words: Parameters<typeof pieces>[2] = []) =>
    pieces(question, ignored, words).map((p) => (p.ignored ? `[${p.text}]` : p.text)).join("");

  it("marks words by their bytes, beyond ASCII too", () => {
    const question = "Umsatz für größte Städte";
    const at = new TextEncoder().encode("Umsatz für ").length;
    const end = at + new TextEncoder().encode("größte").length;
    expect(marked(question, ["größte"], [{ span: { start: at, end }, text: "größte", kind: "unknown" }])).toBe("Umsatz für [größte] Städte");
  });

  it("looks for the text where no span names the word", () => {
    expect(marked("really, sales by region", ["really"])).toBe("[really], sales by region");
    expect(marked("unreal real", ["real"])).toBe("unreal [real]");
    expect(marked("a+b? (c", ["a+b?", "(c"])).toBe("[a+b?] [(c]");
  });

  it("loses no text, whatever the spans claim", () => {
    const bad = [{ span: { start: 90, end: 99 }, text: "x", kind: "unknown" }, { span: { start: 3, end: 1 }, text: "x", kind: "unknown" }];
    expect(marked("total x", ["x"], bad)).toBe("total [x]");
    expect(marked("total", [])).toBe("total");
  });

  it("says what words were read as, and nothing of words without weight", () => {
    const word = (start: number, text: string, kind: string, refs?: string[]) => ({ span: { start, end: start + text.length }, text, kind, ...(refs ? { refs } : {}) });
    const cut = pieces("total of North", [], [word(0, "total", "aggregate"), word(6, "of", "noise"), word(9, "North", "value", ["orders.region=North"])]);
    expect(cut.map((p) => [p.text, p.kind, p.says])).toEqual([
      ["total", "verb", "says how to sum up"],
      [" ", undefined, undefined],
      ["of", undefined, undefined],
      [" ", undefined, undefined],
      ["North", "value", "region is North, in orders"],
    ]);
  });

  it("swaps one word for another, whatever either holds", () => {
    expect(swapWord("sales by regoin", "regoin", "region")).toBe("sales by region");
    expect(swapWord("real unreal", "unreal", "$&")).toBe("real $&");
    expect(swapWord("sales (c", "(c", "cost")).toBe("sales cost");
    expect(swapWord("sales", "gone", "cost")).toBe("sales cost");
  });
});

describe("asText", () => {
  it("makes tab-separated text that no spreadsheet computes", () => {
    const grid = { columns: [{ name: "=name", type: "string" as const }, { name: "n", type: "integer" as const }], rows: [["=1+1", -5], ["two\tcells", null], ["@x", new Exact("9007199254740993", 9007199254740992)]] };
    expect(asText(grid)).toBe("'=name\tn\n'=1+1\t-5\ntwo cells\t\n'@x\t9007199254740993");
  });
});

describe("places", () => {
  it.each([{}, { session: "a" }, { session: "a b", conversation: "c/d" }])("reads what it writes: %o", (place) => {
    expect(readPlace(writePlace(place))).toEqual(place);
  });

  it.each(["", "#", "#/elsewhere", "#/s/", "#/s/%E0%A4%A", "#/s/a/c/"])("takes %s for the start", (hash) => {
    expect(readPlace(hash)).toEqual({});
  });
});

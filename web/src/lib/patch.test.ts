import { describe, expect, it } from "vitest";
import { applyPatch } from "./patch";

// The examples of RFC 6902, appendix A, for the operations used here.
describe("applyPatch", () => {
  it.each([
    ["adds a member", { foo: "bar" }, [{ op: "add", path: "/baz", value: "qux" }], { foo: "bar", baz: "qux" }],
    ["adds an element", { foo: ["bar", "baz"] }, [{ op: "add", path: "/foo/1", value: "qux" }], { foo: ["bar", "qux", "baz"] }],
    ["adds at the end", { foo: ["bar"] }, [{ op: "add", path: "/foo/-", value: ["abc"] }], { foo: ["bar", ["abc"]] }],
    ["removes a member", { baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    ["removes an element", { foo: ["bar", "qux", "baz"] }, [{ op: "remove", path: "/foo/1" }], { foo: ["bar", "baz"] }],
    ["replaces", { baz: "qux", foo: "bar" }, [{ op: "replace", path: "/baz", value: "boo" }], { baz: "boo", foo: "bar" }],
    ["replaces an element", { a: [1, 2, 3] }, [{ op: "replace", path: "/a/1", value: 9 }], { a: [1, 9, 3] }],
    ["replaces the whole", { a: 1 }, [{ op: "replace", path: "", value: { b: 2 } }], { b: 2 }],
    ["moves", { foo: { bar: 1, baz: 2 }, qux: {} }, [{ op: "move", from: "/foo/bar", path: "/qux/x" }], { foo: { baz: 2 }, qux: { x: 1 } }],
    ["copies", { a: { b: 1 } }, [{ op: "copy", from: "/a", path: "/c" }], { a: { b: 1 }, c: { b: 1 } }],
    ["unescapes names", { "/": 9, "~1": 10 }, [{ op: "replace", path: "/~01", value: 11 }], { "/": 9, "~1": 11 }],
    ["goes in order", { a: [] as number[] }, [{ op: "add", path: "/a/-", value: 1 }, { op: "add", path: "/a/0", value: 0 }], { a: [0, 1] }],
  ])("%s", (_name, document, patch, want) => {
    const before = JSON.stringify(document);
    expect(applyPatch<unknown>(document, patch)).toEqual(want);
    expect(JSON.stringify(document)).toBe(before);
  });

  it.each([
    ["a missing parent", [{ op: "add", path: "/x/y", value: 1 }]],
    ["a missing member", [{ op: "replace", path: "/x", value: 1 }]],
    ["an index beyond the end", [{ op: "add", path: "/list/7", value: 1 }]],
    ["an index that is no number", [{ op: "add", path: "/list/1e0", value: 1 }]],
    ["an unknown operation", [{ op: "explode", path: "/list" }]],
    ["a path that is no pointer", [{ op: "remove", path: "list" }]],
  ])("refuses %s", (_name, patch) => {
    expect(() => applyPatch<unknown>({ list: [1] }, patch)).toThrow();
  });

  it("cannot reach the prototype of everything", () => {
    const patched = applyPatch<Record<string, unknown>>({}, [{ op: "add", path: "/__proto__", value: { polluted: true } }]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
    expect(() => applyPatch<unknown>({}, [{ op: "add", path: "/constructor/prototype/x", value: 1 }])).toThrow();
  });
});

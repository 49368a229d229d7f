import { describe, expect, it } from "vitest";
import { EventParser, type ServerEvent } from "./sse";

function read(...texts: string[]): ServerEvent[] {
  const found: ServerEvent[] = [];
  const parser = new EventParser((e) => found.push(e));
  for (const t of texts) parser.push(t);
  return found;
}

const text = ': hello\nid: a.1\nevent: status\ndata: {"stage":"understanding"}\n\nevent: text\r\ndata: one\r\ndata:two\r\n\r\ndata: plain\n\n';
const want: ServerEvent[] = [
  { type: "status", data: '{"stage":"understanding"}', id: "a.1" },
  { type: "text", data: "one\ntwo", id: "a.1" },
  { type: "message", data: "plain", id: "a.1" },
];

describe("EventParser", () => {
  it("reads events", () => {
    expect(read(text)).toEqual(want);
  });

  it("reads the same wherever the text is cut", () => {
    for (let i = 0; i <= text.length; i++) expect(read(text.slice(0, i), text.slice(i))).toEqual(want);
    expect(read(...text)).toEqual(want);
  });

  it("gives nothing of an event that was not finished", () => {
    expect(read("event: done\ndata: {}\n")).toEqual([]);
  });

  it("passes over events without data, and unknown fields", () => {
    expect(read("event: x\n\nretry: 5\nfoo\ndata: y\n\n")).toEqual([{ type: "message", data: "y" }]);
  });
});

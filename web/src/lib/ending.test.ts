import { expect, it } from "vitest";
import { endsSoon } from "./ending";

const at = (hours: number) => new Date(hours * 3600 * 1000).toISOString();
const soon = (made: number, end: number, now: number, told?: number) => endsSoon({ created_at: at(made), expires_at: at(end) }, told === undefined ? undefined : at(told), now * 3600 * 1000);

it("a session ends soon in its last day, unless its whole life is that short", () => {
  expect(soon(0, 720, 690)).toBe(false);
  expect(soon(0, 720, 700)).toBe(true);
  expect(soon(0, 2, 0.5)).toBe(false);
  expect(soon(0, 2, 1.5)).toBe(true);
});

it("a session ends soon when the server says so, until it is kept longer", () => {
  expect(soon(0, 720, 100, 720)).toBe(true);
  expect(soon(0, 1440, 100, 720)).toBe(false);
});

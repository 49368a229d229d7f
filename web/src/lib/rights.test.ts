import { expect, it } from "vitest";
import { rightsOf } from "./rights";

it.each([
  [undefined, true, true],
  ["owner", true, true],
  ["editor", true, false],
  ["viewer", false, false],
  ["anything new", false, false],
])("%s: edit %s, own %s", (role, edit, own) => {
  expect(rightsOf(role)).toEqual({ edit, own });
});

import { expect, it } from "vitest";
import { agentName } from "./agent";

it.each([
  [undefined, "Unknown program"],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "Chrome on Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1", "Safari on iOS"],
  ["curl/8.9", "curl/8.9"],
  ["x".repeat(50), `${"x".repeat(40)}…`],
])("%s is %s", (agent, name) => expect(agentName(agent)).toBe(name));

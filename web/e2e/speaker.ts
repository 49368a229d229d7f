import type { Reporter, TestModule } from "vitest/node";

/** An error that went from one process to another. */
type Told = ReturnType<TestModule["errors"]>[number];

declare module "vitest" {
  interface TaskMeta {
    /** What was seen of the house when the test failed. */
    seen?: string;
  }
}

const longest = 3000;

/** Says at the very end which tests failed, why, and what was on the page then. */
export default class Speaker implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], apart: readonly Told[]): void {
    const lines = [...apart.map((e) => `failed: beside the tests: ${short(e.stack ?? e.message)}`), ...modules.flatMap((m) => [...modulesOwn(m), ...failed(m)])];
    if (lines.length > 0) process.stdout.write(`\n${lines.join("\n")}\n`);
  }
}

/** What failed beside the tests: the file could not be read, or its house not be opened. */
function modulesOwn(m: TestModule): string[] {
  return m.errors().map((e) => `failed: ${m.relativeModuleId}: ${short(e.message)}`);
}

function failed(m: TestModule): string[] {
  return [...m.children.allTests("failed")].flatMap((t) => {
    const why = (t.result().errors ?? []).map((e) => e.message).join("\n");
    return [...indented(t.meta().seen ?? ""), ...indented(why), `failed: ${m.relativeModuleId}: ${t.fullName}`];
  });
}

const indented = (text: string) => short(text).split("\n").filter((l) => l.trim() !== "").map((l) => `    ${l}`);

/** A message without the colours of a terminal. */
const short = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, "").slice(0, longest);

import type { Problem } from "./types";

/** A request that failed, in the words of its problem document. */
export class Failure extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title || "Something went wrong.");
  }

  get hint(): string | undefined {
    return this.problem.hint;
  }
}

/** Says in words what went wrong, whatever was thrown. */
export function failureOf(err: unknown): Failure {
  if (err instanceof Failure) return err;
  if (err instanceof DOMException && err.name === "AbortError") return new Failure({ status: 0, code: "cancelled", detail: "Cancelled." });
  return new Failure({
    status: 0,
    code: "unreachable",
    detail: "The server did not answer.",
    hint: "Check that tabletalk is still running, then try again.",
  });
}

/** Makes a Failure of a response body, which may be no problem document. */
export function readProblem(status: number, body: string): Failure {
  try {
    const p = JSON.parse(body) as Partial<Problem>;
    if (typeof p.detail === "string" || typeof p.title === "string") return new Failure({ ...p, status, code: p.code ?? "error" });
  } catch {
    // Not JSON: a proxy answered, and its page is of no use to a reader.
  }
  return new Failure({ status, code: "error", detail: `The server answered ${status}.` });
}

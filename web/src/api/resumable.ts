// Large files go up in pieces, by tus 1.0.0: where the line breaks, the server
// is asked how much arrived, and the rest follows.

import { parseJSON } from "../lib/json";
import { brokeOff, cancelled, type Received, type Sending, type Transmit } from "./transmit";
import { Failure } from "./failure";

/** From this size on a file is sent in pieces. */
export const resumeFrom = 16 << 20;
/** One request's part of a file: small enough for the limits of proxies that hold a request until it is whole. */
export const pieceBytes = 8 << 20;
/** How often in a row nothing more may arrive before an upload is given up: about two minutes. */
export const patience = 12;
const firstWait = 500;
const longestWait = 15_000;

/** What sending in pieces needs of the browser. */
export interface Line {
  transmit: Transmit;
  /** Waits, or ends early when the browser is connected again or the signal is given. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Told where an upload is; waiting while the line is broken. */
export type Sent = (bytes: number, waiting: boolean) => void;

/** What became of an upload. */
export interface Placed {
  session_id: string;
  file_id: string;
  job_id: string;
}

/** Sends a file in pieces; what was begun is given up where that fails. */
export async function sendInPieces(file: File, session: string | undefined, sent: Sent, signal: AbortSignal, line: Line): Promise<Placed> {
  const ask = (request: Omit<Sending, "signal">) =>
    line.transmit({ ...request, headers: { "Tus-Resumable": "1.0.0", ...request.headers }, signal });
  const begun = await ask({ method: "POST", path: "/api/v1/uploads", headers: { "Upload-Length": String(file.size), "Upload-Metadata": metadata(file.name, session) } });
  const path = begun.header("Location");
  if (!path) throw brokeOff();
  try {
    return await whole(file, path, sent, signal, line.pause, ask);
  } catch (err) {
    // The room that the server keeps free for it is of use to others.
    const end: Sending = { method: "DELETE", path, headers: { "Tus-Resumable": "1.0.0" }, signal: new AbortController().signal };
    void line.transmit(end).catch(() => undefined);
    throw err;
  }
}

type Ask = (request: Omit<Sending, "signal">) => Promise<Received>;

/** Goes on until all is there, however often the line breaks, as long as something arrives between. */
async function whole(file: File, path: string, sent: Sent, signal: AbortSignal, pause: Line["pause"], ask: Ask): Promise<Placed> {
  let reached = 0;
  let broken = 0;
  const arrived = (offset: number) => {
    if (offset > reached) broken = 0;
    reached = offset;
    sent(offset, false);
  };
  for (let lost = false; ; lost = true) {
    try {
      if (lost) arrived(offsetOf(await ask({ method: "HEAD", path }), file.size));
      while (reached < file.size) arrived(await piece(file, path, reached, sent, ask));
      return parseJSON<Placed>((await ask({ method: "GET", path })).text);
    } catch (err) {
      if (signal.aborted) throw cancelled();
      if (!passes(err) || ++broken > patience) throw err;
      sent(reached, true);
      await pause(Math.min(longestWait, firstWait * 2 ** (broken - 1)), signal);
    }
  }
}

/** Sends the next piece and gives how much is there then. */
async function piece(file: File, path: string, from: number, sent: Sent, ask: Ask): Promise<number> {
  const answer = await ask({
    method: "PATCH",
    path,
    // A slice of a file has no type of its own, so that the header is the only one.
    body: file.slice(from, from + pieceBytes),
    headers: { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" },
    sent: (bytes) => sent(from + bytes, false),
  });
  return offsetOf(answer, file.size);
}

/** How much the server has. An answer that does not say it did not come from there. */
function offsetOf(answer: Received, size: number): number {
  const offset = Number(answer.header("Upload-Offset") ?? NaN);
  if (!Number.isInteger(offset) || offset < 0 || offset > size) throw brokeOff();
  return offset;
}

const passing = new Set([408, 429, 502, 503, 504]);
const passingCodes = new Set(["unreachable", "offset_mismatch", "upload_incomplete", "upload_stalled"]);

/** True for what another attempt may get over. */
function passes(err: unknown): boolean {
  return err instanceof Failure && (passing.has(err.problem.status) || passingCodes.has(err.problem.code));
}

export function metadata(name: string, session: string | undefined): string {
  const parts = [`filename ${base64(name)}`];
  if (session) parts.push(`session_id ${base64(session)}`);
  return parts.join(",");
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Waits in a browser. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

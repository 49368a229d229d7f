// Large files go up in pieces, by tus 1.0.0: where the line breaks, the server
// is asked how much arrived, and the rest follows. An upload that was begun is
// remembered until it is whole, so that it also goes on in another page.

import { parseJSON } from "../lib/json";
import { brokeOff, cancelled, type Received, type Sending, type Transmit } from "./transmit";
import { Failure } from "./failure";
import { begunFor, fingerprint, type Memory, type Unfinished } from "./unfinished";

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
  memory: Memory;
  /** In milliseconds. */
  now: () => number;
  /** Calls back when the page is left; what it gives ends that. */
  leaving: (then: () => void) => () => void;
}

/** Told where an upload is; waiting while the line is broken. */
export type Sent = (bytes: number, waiting: boolean) => void;

/** What became of an upload. */
export interface Placed {
  session_id: string;
  file_id: string;
  job_id: string;
}

/** Between two signs of life of a page that sends. */
export const alive = 20_000;

type Ask = (request: Omit<Sending, "signal">) => Promise<Received>;

const version = { "Tus-Resumable": "1.0.0" };

/** Sends a file in pieces, or the rest of one that was begun. What was begun is given up where the server refuses it. */
export async function sendInPieces(file: File, session: string | undefined, sent: Sent, signal: AbortSignal, line: Line): Promise<Placed> {
  const ask: Ask = (request) => line.transmit({ ...request, headers: { ...version, ...request.headers }, signal });
  const print = await fingerprint(file);
  const known = begunFor(line.memory.list(), file, print, session);
  const upload = known ?? (await begin(file, print, session, ask));
  try {
    const placed = await new Pieces(file, upload, line, sent, signal, ask).whole(known !== undefined);
    line.memory.forget(upload.path);
    return placed;
  } catch (err) {
    if (known && isGone(err)) {
      line.memory.forget(upload.path);
      return sendInPieces(file, session, sent, signal, line);
    }
    // What only waits for the line, or for a login, goes on when the file is chosen again.
    if (!signal.aborted && (passes(err) || isOut(err))) line.memory.keep({ ...upload, busy: 0 });
    else void giveUp(upload.path, line).catch(() => undefined);
    throw err;
  }
}

async function begin(file: File, print: string, session: string | undefined, ask: Ask): Promise<Unfinished> {
  const begun = await ask({ method: "POST", path: "/api/v1/uploads", headers: { "Upload-Length": String(file.size), "Upload-Metadata": metadata(file.name, session) } });
  const path = begun.header("Location");
  if (!path) throw brokeOff();
  return { path, name: file.name, size: file.size, print, busy: 0, ...(session ? { session } : {}) };
}

/** Forgets an upload; the room that the server keeps free for it is of use to others. */
export async function giveUp(path: string, { transmit, memory }: Pick<Line, "transmit" | "memory">): Promise<void> {
  memory.forget(path);
  await transmit({ method: "DELETE", path, headers: version, signal: new AbortController().signal });
}

/** How much of an upload arrived; undefined where it is not there any more, or whole. */
export async function arrivedOf(upload: Unfinished, transmit: Transmit): Promise<number | undefined> {
  try {
    const offset = offsetOf(await transmit({ method: "HEAD", path: upload.path, headers: version, signal: new AbortController().signal }), upload.size);
    return offset < upload.size ? offset : undefined;
  } catch (err) {
    if (isGone(err)) return undefined;
    throw err;
  }
}

const isGone = (err: unknown) => err instanceof Failure && err.problem.status === 404;
const isOut = (err: unknown) => err instanceof Failure && err.problem.status === 401;

/** The sending of one file. */
class Pieces {
  private reached = 0;
  private broken = 0;
  private told = -alive;

  constructor(
    private readonly file: File,
    private readonly upload: Unfinished,
    private readonly line: Line,
    private readonly sent: Sent,
    private readonly signal: AbortSignal,
    private readonly ask: Ask,
  ) {}

  /** Goes on until all is there, however often the line breaks, as long as something arrives between. */
  async whole(begun: boolean): Promise<Placed> {
    const stay = this.line.leaving(() => this.line.memory.keep({ ...this.upload, busy: 0 }));
    try {
      return await this.all(begun);
    } finally {
      stay();
    }
  }

  private async all(begun: boolean): Promise<Placed> {
    const { path } = this.upload;
    for (let lost = begun; ; lost = true) {
      try {
        this.stillBusy();
        if (lost) this.arrived(offsetOf(await this.ask({ method: "HEAD", path }), this.file.size));
        while (this.reached < this.file.size) this.arrived(await this.piece());
        return parseJSON<Placed>((await this.ask({ method: "GET", path })).text);
      } catch (err) {
        await this.mend(err);
      }
    }
  }

  /** Waits for a line that broke; throws what no other attempt gets over. */
  private async mend(err: unknown): Promise<void> {
    if (this.signal.aborted) throw cancelled();
    if (!passes(err) || ++this.broken > patience) throw err;
    this.sent(this.reached, true);
    await this.line.pause(Math.min(longestWait, firstWait * 2 ** (this.broken - 1)), this.signal);
  }

  private arrived(offset: number): void {
    if (offset > this.reached) this.broken = 0;
    this.reached = offset;
    this.sent(offset, false);
  }

  /** Tells other pages that this one sends it. */
  private stillBusy(): void {
    const now = this.line.now();
    if (now < this.told + alive / 4) return;
    this.told = now;
    this.line.memory.keep({ ...this.upload, busy: now + alive });
  }

  /** Sends the next piece and gives how much is there then. */
  private async piece(): Promise<number> {
    const from = this.reached;
    this.stillBusy();
    const answer = await this.ask({
      method: "PATCH",
      path: this.upload.path,
      // A slice of a file has no type of its own, so that the header is the only one.
      body: this.file.slice(from, from + pieceBytes),
      headers: { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" },
      sent: (bytes) => {
        this.stillBusy();
        this.sent(from + bytes, false);
      },
    });
    return offsetOf(answer, this.file.size);
  }
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

/** Tells when a page is left. */
export function leaving(then: () => void): () => void {
  window.addEventListener("pagehide", then);
  return () => window.removeEventListener("pagehide", then);
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

import { parseJSON } from "../lib/json";
import { type Failure, failureOf } from "./failure";
import { arrivedOf, giveUp, leaving, type Line, pause, type Placed, resumeFrom, type Sent, sendInPieces } from "./resumable";
import { cancelled, transmit } from "./transmit";
import type { SourceFile, UploadResult } from "./types";
import { memory, type Unfinished } from "./unfinished";

/** Told where an upload is; waiting while the line is broken. */
export type Progress = (sent: number, total: number, waiting: boolean) => void;

export interface Upload {
  done: Promise<UploadResult>;
  cancel: () => void;
}

const line: Line = { transmit, pause, memory, leaving, now: () => Date.now() };

/** Where files go, and what opens them. */
export interface Target {
  session: string | undefined;
  /** Of protected workbooks. */
  password?: string | undefined;
}

/** Sends files: small ones together in one request, each large one in pieces. */
export function upload(files: readonly File[], target: Target, progress: Progress): Upload {
  const stop = new AbortController();
  return { done: sendAll(files, target, progress, stop.signal).catch((err: unknown) => Promise.reject(failureOf(err))), cancel: () => stop.abort() };
}

/** An upload that was begun in a page that was left, and how much of it arrived. */
export type Begun = Unfinished & { arrived: number };

/** Uploads that go on when their files are chosen again; forgets those that the server does not know any more. */
export async function unfinished(): Promise<Begun[]> {
  const known = await Promise.all(memory.list().filter((u) => u.busy < line.now()).map(begunBefore));
  return known.filter((u) => u !== undefined);
}

async function begunBefore(u: Unfinished): Promise<Begun | undefined> {
  try {
    const arrived = await arrivedOf(u, transmit);
    if (arrived === undefined) memory.forget(u.path);
    return arrived === undefined ? undefined : { ...u, arrived };
  } catch {
    return undefined; // the server is away: it is looked for another time
  }
}

export const forgetUpload = (u: Unfinished): Promise<void> => giveUp(u.path, line);

type Part = { files: readonly File[]; send: typeof sendForm };

/** What is sent one after the other. What opens a file is kept nowhere, so such files are read while the request waits. */
function partsOf(files: readonly File[], { password }: Target): Part[] {
  const inPieces = (f: File) => f.size >= resumeFrom && password === undefined;
  const small = files.filter((f) => !inPieces(f));
  const large = files.filter(inPieces).map((f) => ({ files: [f], send: sendLarge }));
  return small.length > 0 ? [{ files: small, send: sendForm }, ...large] : large;
}

/** One part that fails among others is listed as failed; all go into one session. */
async function sendAll(files: readonly File[], target: Target, progress: Progress, signal: AbortSignal): Promise<UploadResult> {
  const total = sizeOf(files);
  const result: UploadResult = { session_id: target.session ?? "", files: [], total_files: 0, total_size: 0 };
  const failures: Failure[] = [];
  let before = 0;
  let good = 0;
  for (const part of partsOf(files, target)) {
    const size = sizeOf(part.files);
    const sent: Sent = (bytes, waiting) => progress(before + Math.min(bytes, size), total, waiting);
    try {
      const done = await part.send(part.files, { ...target, session: result.session_id || undefined }, sent, signal);
      result.session_id = done.session_id;
      result.files.push(...done.files);
      good++;
    } catch (err) {
      if (signal.aborted) break;
      failures.push(failureOf(err));
      result.files.push(...part.files.map((f) => failed(f, failureOf(err))));
    }
    before += size;
  }
  if (good === 0) throw signal.aborted ? cancelled() : failures[0]!;
  return { ...result, total_files: result.files.length, total_size: sizeOf(result.files) };
}

function sizeOf(files: readonly { size: number }[]): number {
  return files.reduce((n, f) => n + f.size, 0);
}

function failed(file: File, { problem, hint }: Failure): SourceFile {
  const error = { code: problem.code, message: problem.detail ?? "", ...(hint ? { hint } : {}) };
  return { id: "", session_id: "", name: file.name, size: file.size, status: "failed", tables: [], error };
}

/** A file that a job reads; the list of files tells more of it. */
function reading(file: File, { file_id, session_id, job_id }: Placed): SourceFile {
  return { id: file_id, session_id, name: file.name, size: file.size, status: "processing", tables: [], job_id };
}

async function sendForm(files: readonly File[], { session, password }: Target, sent: Sent, signal: AbortSignal): Promise<UploadResult> {
  const form = new FormData();
  if (session) form.append("session_id", session);
  if (password !== undefined) form.append("decisions", JSON.stringify({ password }));
  for (const f of files) form.append("files", f, f.name);
  const answer = await transmit({ method: "POST", path: "/api/v1/files/upload", body: form, sent: (bytes) => sent(bytes, false), signal });
  return parseJSON<UploadResult>(answer.text);
}

/** Several servers behind one address may not know each other's uploads; then the file goes in one request. */
const sendLarge: typeof sendForm = async ([file], target, sent, signal) => {
  try {
    const placed = await sendInPieces(file!, target.session, sent, signal, line);
    return { session_id: placed.session_id, files: [reading(file!, placed)], total_files: 1, total_size: file!.size };
  } catch (err) {
    if (failureOf(err).problem.code !== "upload_not_found") throw err;
    return sendForm([file!], target, sent, signal);
  }
};

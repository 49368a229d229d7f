import { parseJSON } from "../lib/json";
import { Failure, failureOf, readProblem } from "./failure";
import { login } from "./login";
import { EventParser, type ServerEvent } from "./sse";
import type {
  Answer, AskRequest, Changed, Conversation, Decisions, Definition, Grid, Job, Join, Learned, Meaning, ModelState, ModelTested, Profile, Sendings, Session, SourceFile, Table, UploadResult, Version, Word, Written,
} from "./types";

const base = "/api/v1";

export { Failure, failureOf, readProblem };

/** Sends a request with the token of the login, where there is one; once more with another where it is not taken. */
async function authorized(path: string, init: RequestInit): Promise<Response> {
  const token = await login.bearer();
  const first = await fetch(base + path, signed(init, token));
  if (first.status !== 401 || token === undefined) return first;
  return fetch(base + path, signed(init, await login.renew(token)));
}

function signed(init: RequestInit, token: string | undefined): RequestInit {
  return token === undefined ? init : { ...init, headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` } };
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  // A deletion that is under way when the page is left is still meant.
  const init: RequestInit = { method, headers: { Accept: "application/json" }, keepalive: method === "DELETE" };
  if (signal) init.signal = signal;
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  const response = await authorized(path, init);
  if (!response.ok) throw readProblem(response.status, await response.text());
  return response;
}

export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const text = await (await send(method, path, body, signal)).text();
  return text === "" ? (undefined as T) : parseJSON<T>(text);
}

/** A page of a list; the lists' own names differ, their shape does not. */
interface Listed<T> {
  items?: T[] | null;
  next_cursor?: string;
}

/** What a cursor leads to, and the cursor of what comes after. */
export interface Page<T> {
  items: T[];
  next: string | undefined;
}

export async function some<T>(path: string, cursor: string | undefined, limit: number, more: Record<string, string> = {}): Promise<Page<T>> {
  const query = new URLSearchParams({ ...more, limit: String(limit), ...(cursor ? { cursor } : {}) });
  const page = await call<Listed<T>>("GET", `${path}?${query}`);
  return { items: page.items ?? [], next: page.next_cursor || undefined };
}

async function all<T>(path: string, limit: number): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await some<T>(path, cursor, 100);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor && found.length < limit);
  return found;
}

export const id = encodeURIComponent;

export const sessions = {
  list: (cursor: string | undefined, limit: number) => some<Session>("/sessions", cursor, limit),
  get: (session: string) => call<Session>("GET", `/sessions/${id(session)}`),
  create: (name: string) => call<Session>("POST", "/sessions", { name }),
  rename: (session: string, name: string) => call<Session>("PATCH", `/sessions/${id(session)}`, { name }),
  extend: (session: string) => call<Session>("POST", `/sessions/${id(session)}/extend`, {}),
  remove: (session: string) => call<undefined>("DELETE", `/sessions/${id(session)}`),
};

export const files = {
  list: (session: string) => all<SourceFile>(`/sessions/${id(session)}/files`, 500),
  remove: (file: string) => call<undefined>("DELETE", `/files/${id(file)}`),
  /** Reads a file again with other decisions, or only tries it. */
  reread: (file: string, decisions: Decisions, dryRun: boolean) => call<Changed>("POST", `/files/${id(file)}/reread`, { decisions, dry_run: dryRun }),
  /** A new version out of another file: in place of the rows, or behind those of a table. */
  addVersion: (file: string, content: File, how: { mode: "replace" | "append"; table?: string; dryRun: boolean; password?: string }) => {
    const form = new FormData();
    form.append("mode", how.mode);
    if (how.table) form.append("table_id", how.table);
    form.append("dry_run", String(how.dryRun));
    if (how.password) form.append("decisions", JSON.stringify({ password: how.password }));
    form.append("files", content, content.name);
    return call<Changed>("POST", `/files/${id(file)}/versions`, form);
  },
  versions: async (file: string) => (await call<Listed<Version>>("GET", `/files/${id(file)}/versions`)).items ?? [],
  restore: (file: string, version: number) => call<SourceFile>("POST", `/files/${id(file)}/versions/${version}/restore`, {}),
  removeVersion: (file: string, version: number) => call<undefined>("DELETE", `/files/${id(file)}/versions/${version}`),
  undo: (file: string) => call<SourceFile>("POST", `/files/${id(file)}/undo`, {}),
  samples: () => call<UploadResult>("POST", "/samples", {}),
};

export const tables = {
  profile: (table: string, signal?: AbortSignal) => call<Profile>("GET", `/tables/${id(table)}/profile`, undefined, signal),
  /** Looks closely at a table once more, in the background. */
  profileAgain: (table: string) => call<Job>("POST", `/tables/${id(table)}/profile`, {}),
  preview: (table: string, offset: number, limit: number, signal?: AbortSignal) =>
    call<Grid>("GET", `/tables/${id(table)}/preview?limit=${limit}&offset=${offset}`, undefined, signal),
  joins: async (session: string, signal?: AbortSignal) => (await call<Listed<Join>>("GET", `/sessions/${id(session)}/joins`, undefined, signal)).items ?? [],
  get: (table: string) => call<Table>("GET", `/tables/${id(table)}`),
  exportLink: (table: string, format: string) => `${base}/tables/${id(table)}/export?format=${format}`,
};

export const conversations = {
  list: (session: string, cursor: string | undefined, limit: number) => some<Conversation>(`/sessions/${id(session)}/conversations`, cursor, limit),
  rename: (session: string, c: string, name: string) => call<undefined>("PATCH", `/sessions/${id(session)}/conversations/${id(c)}`, { name }),
  remove: (session: string, c: string) => call<undefined>("DELETE", `/sessions/${id(session)}/conversations/${id(c)}`),
  /** A page of the questions with their answers, newest first. A list holds
   * the first rows of a result; a longer one is asked for by itself, because
   * its chart needs all of them. */
  queries: async (session: string, c: string, cursor?: string): Promise<Page<Answer>> => {
    const page = await some<Answer>(`/sessions/${id(session)}/queries`, cursor, 20, { conversation_id: c, rows: "200" });
    const whole = (a: Answer) => (a.result?.truncated ? call<Answer>("GET", `/queries/${id(a.query_id)}`) : a);
    return { items: await Promise.all(page.items.map(whole)), next: page.next };
  },
};

export const questions = {
  rerun: (query: string, signal?: AbortSignal) => call<Answer>("POST", `/queries/${id(query)}/rerun`, {}, signal),
  feedback: (query: string, feedback: string) => call<Learned | undefined>("POST", `/queries/${id(query)}/feedback`, { feedback: feedback || "none" }),
  exportLink: (query: string, format: string) => `${base}/queries/${id(query)}/export?format=${format}`,
  /** Questions that would work; within a conversation also such as go on from its last one. */
  suggest: async (session: string, conversation: string | undefined, q: string, signal?: AbortSignal) => {
    const query = new URLSearchParams({ session_id: session, q, ...(conversation ? { conversation_id: conversation } : {}) });
    const found = await call<{ suggestions?: string[] | null }>("GET", `/query/suggest?${query}`, undefined, signal);
    return found.suggestions ?? [];
  },
  /** What the words of a question would be tied to. */
  entities: async (session: string, conversation: string | undefined, text: string, signal?: AbortSignal) => {
    const found = await call<{ entities?: Word[] | null }>("POST", "/query/entities", { session_id: session, query: text, ...(conversation ? { conversation_id: conversation } : {}) }, signal);
    return found.entities ?? [];
  },
};

export const definitions = {
  list: (session: string, cursor: string | undefined, limit: number) => some<Definition>(`/sessions/${id(session)}/definitions`, cursor, limit),
  add: (session: string, meaning: Meaning) => call<Definition>("POST", `/sessions/${id(session)}/definitions`, meaning),
  change: (session: string, d: string, change: Partial<Meaning>) => call<Definition>("PATCH", `/sessions/${id(session)}/definitions/${id(d)}`, change),
  remove: (session: string, d: string) => call<undefined>("DELETE", `/sessions/${id(session)}/definitions/${id(d)}`),
};

/** The language model that may read questions, too. */
export const model = {
  state: (session: string, signal?: AbortSignal) => call<ModelState>("GET", `/model?session_id=${id(session)}`, undefined, signal),
  sent: (query: string, signal?: AbortSignal) => call<Sendings>("GET", `/queries/${id(query)}/sent`, undefined, signal),
  /** Says what may be sent of a session; without one, of the workspace. */
  setEgress: (egress: string, session?: string) => call<ModelState>("PUT", `/model/egress${session ? `?session_id=${id(session)}` : ""}`, { egress }),
  /** Keeps a key of the workspace's own; an empty one takes it back. */
  setKey: (key: string, setting: string) => call<ModelState>("PUT", "/model/key", { key, setting }),
  test: () => call<ModelTested>("POST", "/model/test", {}),
  explain: (query: string) => call<Written>("POST", `/queries/${id(query)}/explain`, {}),
  suggestName: (session: string, conversation: string) => call<Written>("POST", `/sessions/${id(session)}/suggest-name`, { conversation_id: conversation }),
  suggestQuestions: (session: string) => call<Written>("POST", `/sessions/${id(session)}/suggest-questions`, {}),
  describeColumns: (session: string, table: string) => call<Written>("POST", `/sessions/${id(session)}/describe-columns`, { table }),
};

export const jobs = {
  get: (job: string) => call<Job>("GET", `/jobs/${id(job)}`),
  /** The newest of a session. */
  latest: async (session: string, signal?: AbortSignal) => (await call<{ items?: Job[] | null }>("GET", `/jobs?session_id=${id(session)}&limit=100`, undefined, signal)).items ?? [],
  cancel: (job: string) => call<Job>("POST", `/jobs/${id(job)}/cancel`, {}),
};

/** Where the events of a session are told; a browser goes on by itself after a break. */
export const eventsLink = (session: string) => `${base}/events?session_id=${id(session)}`;

/** Where the answers of a session that were confirmed are given, to be asked again. */
export const casesLink = (session: string) => `${base}/sessions/${id(session)}/cases`;

/** Where all that is kept of the asker is given. */
export const myData = `${base}/auth/me/export`;

/** An address that a browser opens by itself, where it sends no token: a ticket lets it in, once. */
export async function admitted(link: string): Promise<string> {
  if ((await login.bearer()) === undefined) return link;
  const { ticket } = await call<{ ticket: string }>("POST", "/auth/ticket");
  return `${link}${link.includes("?") ? "&" : "?"}ticket=${id(ticket)}`;
}

const resumeAfter = 600;
const resumeTimes = 5;

/**
 * Asks a question and hands on the events of its answer as they come. When the
 * line breaks, it goes on after the last event that arrived.
 */
export async function stream(request: AskRequest, emit: (event: ServerEvent) => void, signal: AbortSignal): Promise<void> {
  let last = "";
  let ended = false;
  const take = (event: ServerEvent) => {
    last = event.id ?? last;
    ended ||= event.type === "done" || event.type === "error";
    emit(event);
  };
  for (let broken = 0; !ended; broken++) {
    try {
      await receive(request, last, take, () => ended, signal);
      if (!last) return;
    } catch (err) {
      if (signal.aborted || err instanceof Failure || !last || broken >= resumeTimes) throw err;
    }
    if (!ended && broken >= resumeTimes) return;
    if (!ended) await new Promise((resolve) => setTimeout(resolve, resumeAfter));
  }
}

/** Reads until the last event; that the line is closed after it is nothing to wait for. */
async function receive(request: AskRequest, last: string, take: (event: ServerEvent) => void, ended: () => boolean, signal: AbortSignal): Promise<void> {
  const headers: Record<string, string> = { "Content-Type": "application/json", Accept: "text/event-stream" };
  if (last) headers["Last-Event-ID"] = last;
  const response = await authorized("/query/stream", { method: "POST", headers, body: JSON.stringify(request), signal });
  if (!response.ok || !response.body) throw readProblem(response.status, await response.text());
  const parser = new EventParser(take);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  while (!ended()) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.push(value);
  }
  void reader.cancel().catch(() => undefined);
}

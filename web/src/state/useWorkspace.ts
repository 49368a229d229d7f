import { useCallback, useEffect, useRef, useState } from "react";
import { conversations as conversationsAPI, type Failure, failureOf, files as filesAPI, sessions as sessionsAPI } from "../api/client";
import type { Conversation, Job, Session, SourceFile } from "../api/types";
import { useEvents } from "./useEvents";
import { type Paged, usePaged } from "./usePaged";

/** How far the reading of a file is. */
export interface Progress {
  stage: string;
  done: number;
  /** 0 where it is not known. */
  total: number;
  /** Reads it in the background; can be cancelled. */
  job?: string;
}

export interface Workspace {
  sessions: Paged<Session>;
  session: Session | undefined;
  files: SourceFile[];
  conversations: Paged<Conversation>;
  failure: Failure | undefined;
  /** The open session is not there: deleted, expired, or never was. */
  gone: Failure | undefined;
  reloadFiles: () => void;
  /** Of files that are being read, by their id and, before they have one, by their name; of tables that are looked at closely, by their id. */
  progress: ReadonlyMap<string, Progress>;
  /** The end of the session that the server warned of. */
  ending: string | undefined;
}

const pollFirst = 1200;
const pollLast = 30_000;

/** Something about the files is still being found out in the background. */
function isUnfinished(files: readonly SourceFile[]): boolean {
  return files.some((f) => f.status === "pending" || f.status === "processing" || f.tables?.some((t) => t.profiled === false));
}

/** The files of a session; looked at again while something about them is unfinished. */
function useFiles(current: string | undefined) {
  const [files, setFiles] = useState<SourceFile[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const [tick, setTick] = useState(0);
  const loadedFor = useRef<string | undefined>(undefined);

  useEffect(() => {
    if (loadedFor.current === current) return;
    loadedFor.current = current;
    setFiles([]);
    setFailure(undefined);
  }, [current]);

  useEffect(() => {
    if (!current) return;
    let live = true;
    filesAPI.list(current).then(
      (list) => {
        if (!live) return;
        setFiles(list);
        setFailure(undefined);
      },
      (err: unknown) => live && setFailure(failureOf(err)),
    );
    return () => void (live = false);
  }, [current, tick]);

  // A large file is read, and every profile computed, after the upload was
  // answered: look again until it is, ever less often.
  const unfinished = isUnfinished(files);
  useEffect(() => {
    if (!unfinished) return;
    let pause = pollFirst;
    let timer = setTimeout(function again() {
      setTick((n) => n + 1);
      pause = Math.min(pause * 1.5, pollLast);
      timer = setTimeout(again, pause);
    }, pause);
    return () => clearTimeout(timer);
  }, [unfinished, current]);

  return { files, failure, reload: useCallback(() => setTick((n) => n + 1), []) };
}

/** The end that a session was warned of, and what takes the warning. */
function useWarning(session: string | undefined): [string | undefined, (data: unknown) => void] {
  const [told, setTold] = useState<{ session: string | undefined; end: string }>();
  const take = (data: unknown) => {
    const { expires_at: end } = data as { expires_at?: unknown };
    if (typeof end === "string") setTold({ session, end });
  };
  return [told?.session === session ? told?.end : undefined, take];
}

/** How far files are, as it is told; and a look at the files when one changed. */
function useProgress(session: string | undefined, reload: () => void, warn: (data: unknown) => void): ReadonlyMap<string, Progress> {
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  useEffect(() => setProgress(new Map()), [session]);
  const set = (key: string, p: Progress | undefined) =>
    setProgress((before) => {
      const next = new Map(before);
      if (p) next.set(key, p);
      else next.delete(key);
      return next;
    });
  useEvents(session, ({ type, data }) => {
    if (type === "progress") {
      const p = data as Progress & { file: string };
      set(p.file, { stage: p.stage, done: p.done, total: p.total });
      return;
    }
    if (type === "session_expiring") return warn(data);
    if (type === "job") {
      const j = data as Job;
      const ended = j.status !== "pending" && j.status !== "running";
      set(j.table_id ?? j.file_id, ended ? undefined : { stage: j.stage, done: j.done, total: j.total, job: j.id });
      if (!ended) return;
    }
    reload();
  });
  return progress;
}

/** The open session, also where it is further down than the first page of the list. */
function useSession(current: string | undefined, sessions: Paged<Session>): Session | undefined {
  const [apart, setApart] = useState<Session>();
  const listed = sessions.items.find((s) => s.id === current);
  const wanted = current !== undefined && sessions.ready && !listed && apart?.id !== current;
  useEffect(() => {
    if (!wanted) return;
    let live = true;
    sessionsAPI.get(current).then(
      (s) => live && setApart(s),
      () => undefined, // the files' failure tells
    );
    return () => void (live = false);
  }, [wanted, current]);
  return listed ?? (apart?.id === current ? apart : undefined);
}

/** Sessions, and the files and conversations of the one that is open. */
export function useWorkspace(current: string | undefined): Workspace {
  const sessions = usePaged<Session>("all", (_key, cursor, limit) => sessionsAPI.list(cursor, limit));
  const conversations = usePaged<Conversation>(current, conversationsAPI.list);
  const { files, failure, reload } = useFiles(current);
  const [ending, warn] = useWarning(current);
  const progress = useProgress(current, reload, warn);
  const missing = failure?.problem.status === 404;
  return {
    sessions,
    session: useSession(current, sessions),
    files,
    conversations,
    failure: sessions.failure ?? (missing ? undefined : failure),
    gone: missing ? failure : undefined,
    reloadFiles: reload,
    progress,
    ending,
  };
}

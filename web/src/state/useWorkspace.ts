import { useCallback, useEffect, useRef, useState } from "react";
import { conversations as api, Failure, failureOf, files as filesAPI, sessions as sessionsAPI } from "../api/client";
import type { Conversation, Session, SourceFile } from "../api/types";

export interface Workspace {
  sessions: Session[];
  session: Session | undefined;
  files: SourceFile[];
  conversations: Conversation[];
  /** False until the first look at the server is done. */
  ready: boolean;
  failure: Failure | undefined;
  /** The open session is not there: deleted, expired, or never was. */
  gone: Failure | undefined;
  reloadSessions: () => Promise<Session[]>;
  reloadFiles: () => void;
  reloadConversations: () => void;
}

const pollFirst = 1200;
const pollLast = 30_000;

/** Something about the files is still being found out in the background. */
function isUnfinished(files: readonly SourceFile[]): boolean {
  return files.some((f) => f.status === "pending" || f.status === "processing" || f.tables?.some((t) => t.profiled === false));
}

/** Sessions, and the files and conversations of the one that is open. */
export function useWorkspace(current: string | undefined): Workspace {
  const [sessions, setSessions] = useState<Session[]>([]);
  const [files, setFiles] = useState<SourceFile[]>([]);
  const [conversations, setConversations] = useState<Conversation[]>([]);
  const [ready, setReady] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [gone, setGone] = useState<Failure>();
  const [filesTick, setFilesTick] = useState(0);
  const [talkTick, setTalkTick] = useState(0);
  const loadedFor = useRef<string | undefined>(undefined);

  const reloadSessions = useCallback(async () => {
    try {
      const list = await sessionsAPI.list();
      setSessions(list);
      setFailure(undefined);
      return list;
    } catch (err) {
      setFailure(failureOf(err));
      return [];
    } finally {
      setReady(true);
    }
  }, []);

  useEffect(() => {
    void reloadSessions();
  }, [reloadSessions]);

  useEffect(() => {
    if (loadedFor.current !== current) {
      loadedFor.current = current;
      setFiles([]);
      setConversations([]);
    }
  }, [current]);

  useEffect(() => {
    if (!current) return;
    let live = true;
    filesAPI.list(current).then(
      (list) => {
        if (!live) return;
        setFiles(list);
        setGone(undefined);
      },
      (err: unknown) => {
        if (!live) return;
        const failure = failureOf(err);
        if (failure.problem.status === 404) setGone(failure);
        else setFailure(failure);
      },
    );
    return () => void (live = false);
  }, [current, filesTick]);

  useEffect(() => {
    if (!current) return;
    let live = true;
    api.list(current).then(
      (list) => live && setConversations(list),
      () => live && setConversations([]),
    );
    return () => void (live = false);
  }, [current, talkTick]);

  // A large file is read, and every profile computed, after the upload was
  // answered: look again until it is, ever less often.
  const unfinished = isUnfinished(files);
  useEffect(() => {
    if (!unfinished) return;
    let pause = pollFirst;
    let timer = setTimeout(function again() {
      setFilesTick((n) => n + 1);
      pause = Math.min(pause * 1.5, pollLast);
      timer = setTimeout(again, pause);
    }, pause);
    return () => clearTimeout(timer);
  }, [unfinished, current]);

  return {
    sessions,
    session: sessions.find((s) => s.id === current),
    files,
    conversations,
    ready,
    failure,
    gone,
    reloadSessions,
    reloadFiles: useCallback(() => setFilesTick((n) => n + 1), []),
    reloadConversations: useCallback(() => setTalkTick((n) => n + 1), []),
  };
}

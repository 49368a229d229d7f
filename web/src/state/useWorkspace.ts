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
  reloadSessions: () => Promise<Session[]>;
  reloadFiles: () => void;
  reloadConversations: () => void;
}

const pollEvery = 1500;

/** Sessions, and the files and conversations of the one that is open. */
export function useWorkspace(current: string | undefined): Workspace {
  const [sessions, setSessions] = useState<Session[]>([]);
  const [files, setFiles] = useState<SourceFile[]>([]);
  const [conversations, setConversations] = useState<Conversation[]>([]);
  const [ready, setReady] = useState(false);
  const [failure, setFailure] = useState<Failure>();
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
      (list) => live && (setFiles(list), setFailure(undefined)),
      (err: unknown) => live && setFailure(failureOf(err)),
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

  // A large file is read after its upload was answered: look again until it is.
  const unfinished = files.some((f) => f.status === "pending" || f.status === "processing");
  useEffect(() => {
    if (!unfinished) return;
    const timer = setInterval(() => setFilesTick((n) => n + 1), pollEvery);
    return () => clearInterval(timer);
  }, [unfinished]);

  return {
    sessions,
    session: sessions.find((s) => s.id === current),
    files,
    conversations,
    ready,
    failure,
    reloadSessions,
    reloadFiles: useCallback(() => setFilesTick((n) => n + 1), []),
    reloadConversations: useCallback(() => setTalkTick((n) => n + 1), []),
  };
}

import { useCallback, useEffect, useState } from "react";
import { type Failure, failureOf } from "../api/client";
import { type Begun, forgetUpload, type Target, unfinished, upload } from "../api/upload";
import { fingerprint } from "../api/unfinished";
import type { SourceFile, UploadResult } from "../api/types";

export interface UploadState {
  key: string;
  /** What was chosen, to be sent once more. */
  sources: readonly File[];
  target: Target;
  sent: number;
  total: number;
  /** Sent, while the server reads the file. */
  reading: boolean;
  /** The line broke; the upload goes on by itself. */
  waiting: boolean;
  failure?: Failure;
  files?: SourceFile[];
  cancel: () => void;
}

/** An upload of a page that was left. */
export interface Left extends Begun {
  /** Another file was chosen to go on with. */
  other?: File;
}

export interface Uploading {
  uploads: UploadState[];
  left: Left[];
  start: (files: readonly File[]) => void;
  /** Sends again what failed; with a password, where one is asked for. */
  again: (u: UploadState, file?: SourceFile, password?: string) => void;
  dismiss: (key: string) => void;
  /** Goes on with an upload of a page that was left, where the file is the same. */
  goOn: (begun: Left, file: File) => void;
  giveUp: (begun: Left) => void;
}

let made = 0;

/** The file that was sent for a result. The server may have given it a safer name; then its size tells it, where that is its own. */
function sourceOf(u: UploadState, file: SourceFile): File[] {
  const named = u.sources.filter((f) => f.name === file.name);
  if (named.length > 0) return named;
  const sized = u.sources.filter((f) => f.size === file.size);
  return sized.length === 1 ? sized : [];
}

/** Uploads that were begun in a page that was left, until they go on or are given up. */
function useLeft() {
  const [left, setLeft] = useState<Left[]>([]);
  const look = useCallback(() => void unfinished().then(setLeft), []);
  useEffect(look, [look]);
  const mark = (begun: Left, other: File) => setLeft((list) => list.map((u) => (u.path === begun.path ? { ...u, other } : u)));
  const without = useCallback((is: (u: Left) => boolean) => setLeft((list) => list.filter((u) => !is(u))), []);
  return { left, look, mark, without };
}

/** Uploads on their way, and those whose outcome was not dismissed yet. */
export function useUploads(session: string | undefined, onDone: (result: UploadResult) => void): Uploading {
  const [uploads, setUploads] = useState<UploadState[]>([]);
  const { left, look, mark, without } = useLeft();

  const change = useCallback((key: string, part: Partial<UploadState>) => {
    setUploads((list) => list.map((u) => (u.key === key ? { ...u, ...part } : u)));
  }, []);

  const dismiss = useCallback((key: string) => {
    setUploads((list) => list.filter((u) => u.key !== key));
  }, []);

  const send = useCallback(
    (files: readonly File[], target: Target) => {
      if (files.length === 0) return;
      const key = `upload-${++made}`;
      const total = files.reduce((n, f) => n + f.size, 0);
      const going = upload(files, target, (sent, all, waiting) => change(key, { sent, total: all || total, reading: sent >= all && !waiting, waiting }));
      setUploads((list) => [...list, { key, sources: files, target, sent: 0, total, reading: false, waiting: false, cancel: going.cancel }]);
      without((u) => files.some((f) => f.name === u.name && f.size === u.size));
      going.done.then(
        (result) => {
          change(key, { files: result.files, sent: total, reading: false });
          onDone(result);
        },
        (err: unknown) => {
          const failure = failureOf(err);
          if (failure.problem.code === "cancelled") dismiss(key);
          else change(key, { failure, reading: false });
        },
      );
    },
    [onDone, change, dismiss, without],
  );

  const again = (u: UploadState, file?: SourceFile, password?: string) => {
    const files = file ? sourceOf(u, file) : u.sources;
    const rest = u.files?.filter((f) => f !== file) ?? [];
    if (rest.length > 0) change(u.key, { files: rest });
    else dismiss(u.key);
    send(files, { ...u.target, session: u.target.session ?? session, password });
  };

  const goOn = (begun: Left, file: File) =>
    void fingerprint(file).then((print) => {
      if (file.name === begun.name && print === begun.print) send([file], { session: begun.session });
      else mark(begun, file);
    });

  const giveUp = (begun: Left) => {
    without((u) => u.path === begun.path);
    void forgetUpload(begun).catch(look);
  };

  const start = useCallback((files: readonly File[]) => send(files, { session }), [send, session]);
  return { uploads, left, start, again, dismiss, goOn, giveUp };
}

import { useCallback, useRef, useState } from "react";
import { type Failure, failureOf } from "../api/client";
import { upload } from "../api/upload";
import type { SourceFile, UploadResult } from "../api/types";

export interface UploadState {
  key: string;
  names: string[];
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

let made = 0;

/** Uploads on their way, and those whose outcome was not dismissed yet. */
export function useUploads(session: string | undefined, onDone: (result: UploadResult) => void) {
  const [uploads, setUploads] = useState<UploadState[]>([]);
  const keys = useRef(new Set<string>());

  const change = useCallback((key: string, part: Partial<UploadState>) => {
    setUploads((list) => list.map((u) => (u.key === key ? { ...u, ...part } : u)));
  }, []);

  const dismiss = useCallback((key: string) => {
    keys.current.delete(key);
    setUploads((list) => list.filter((u) => u.key !== key));
  }, []);

  const start = useCallback(
    (files: readonly File[]) => {
      if (files.length === 0) return;
      const key = `upload-${++made}`;
      keys.current.add(key);
      const total = files.reduce((n, f) => n + f.size, 0);
      const going = upload(files, session, (sent, all, waiting) => change(key, { sent, total: all || total, reading: sent >= all && !waiting, waiting }));
      setUploads((list) => [...list, { key, names: files.map((f) => f.name), sent: 0, total, reading: false, waiting: false, cancel: going.cancel }]);
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
    [session, onDone, change, dismiss],
  );

  return { uploads, start, dismiss };
}

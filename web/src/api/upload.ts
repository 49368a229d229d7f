import { parseJSON } from "../lib/json";
import { Failure, failureOf, readProblem } from "./failure";
import { login } from "./login";
import type { UploadResult } from "./types";

export interface Upload {
  done: Promise<UploadResult>;
  cancel: () => void;
}

/**
 * Sends files in one request. XMLHttpRequest, because fetch does not tell how
 * many bytes are on their way.
 */
export function upload(files: readonly File[], session: string | undefined, progress: (sent: number, total: number) => void): Upload {
  const request = new XMLHttpRequest();
  const form = new FormData();
  if (session) form.append("session_id", session);
  for (const f of files) form.append("files", f, f.name);
  const done = new Promise<UploadResult>((resolve, reject) => {
    request.upload.onprogress = (e) => progress(e.loaded, e.total);
    request.onload = () => {
      if (request.status < 200 || request.status > 299) return reject(readProblem(request.status, request.responseText));
      resolve(parseJSON<UploadResult>(request.responseText));
    };
    request.onerror = () =>
      reject(new Failure({ status: 0, code: "unreachable", detail: "The upload broke off.", hint: "Check that tabletalk is still running, then drop the file again." }));
    request.onabort = () => reject(new Failure({ status: 0, code: "cancelled", detail: "Upload cancelled." }));
  });
  let cancelled = false;
  const sent = login.bearer().then((token) => {
    if (cancelled) throw new Failure({ status: 0, code: "cancelled", detail: "Upload cancelled." });
    request.open("POST", "/api/v1/files/upload");
    request.setRequestHeader("Accept", "application/json");
    if (token !== undefined) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.send(form);
    return done;
  });
  return {
    done: sent.catch((err: unknown) => Promise.reject(failureOf(err))),
    cancel: () => {
      cancelled = true;
      request.abort();
    },
  };
}

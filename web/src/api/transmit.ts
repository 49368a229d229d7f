import { Failure, failureOf, readProblem } from "./failure";
import { login } from "./login";

/** A request with bytes that may take long. */
export interface Sending {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: Blob | FormData;
  /** Told how many bytes of the body are on their way, and of how many. */
  sent?: (bytes: number, total: number) => void;
  signal: AbortSignal;
}

export interface Received {
  text: string;
  header: (name: string) => string | null;
}

export type Transmit = (request: Sending) => Promise<Received>;

export const cancelled = () => new Failure({ status: 0, code: "cancelled", detail: "Upload cancelled." });

export const brokeOff = () =>
  new Failure({ status: 0, code: "unreachable", detail: "The upload broke off.", hint: "Check that tabletalk is still running, then drop the file again." });

/**
 * Sends a request with the token of the login, where there is one; once more
 * with another where it is not taken. XMLHttpRequest, because fetch does not
 * tell how many bytes are on their way.
 */
export const transmit: Transmit = async (request) => {
  const token = await login.bearer().catch(rethrow);
  try {
    return await attempt(request, token);
  } catch (err) {
    if (token === undefined || !(err instanceof Failure) || err.problem.status !== 401) throw err;
  }
  return attempt(request, await login.renew(token).catch(rethrow));
};

function rethrow(err: unknown): never {
  throw failureOf(err);
}

function attempt({ method, path, headers, body, sent, signal }: Sending, token: string | undefined): Promise<Received> {
  const request = new XMLHttpRequest();
  const stop = () => request.abort();
  return new Promise<Received>((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    signal.addEventListener("abort", stop);
    if (sent) request.upload.onprogress = (e) => sent(e.loaded, e.total);
    request.onload = () => {
      if (request.status < 200 || request.status > 299) return reject(readProblem(request.status, request.responseText));
      resolve({ text: request.responseText, header: (name) => request.getResponseHeader(name) });
    };
    request.onerror = () => reject(brokeOff());
    request.onabort = () => reject(cancelled());
    request.open(method, path);
    request.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
    if (token !== undefined) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.send(body ?? null);
  }).finally(() => signal.removeEventListener("abort", stop));
}

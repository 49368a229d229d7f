import { Failure, failureOf, readProblem } from "./failure";

/** What a login gives a page; the long token is in a cookie that no script can read. */
export interface Given {
  access_token: string;
  expires_in: number;
}

/** What the tabs of a browser tell each other. */
export type Told = { kind: "in"; token: string; until: number } | { kind: "out" };

/** What a Login needs of the browser and the server. */
export interface Ports {
  /** Exchanges the long token for the next pair. */
  exchange: () => Promise<Given>;
  /** Does something while no other tab does it. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  tell: (what: Told) => void;
  now: () => number;
  /** Somebody else is logged in: nothing of the one before may stay. */
  restart: () => void;
}

/** "off" where nobody logs in, "unknown" until the server was asked. */
export type LoginState = "off" | "unknown" | "in" | "out";

const early = 30_000;

/**
 * The login of this browser. The short token is kept in memory alone and is
 * exchanged when it is about to end: by one tab, for all of them, because a
 * long token works once.
 */
export class Login {
  private state: LoginState = "off";
  private token: string | undefined;
  private until = 0;
  private person: string | undefined;
  private going: Promise<string> | undefined;
  private readonly heard = new Set<() => void>();

  constructor(private readonly ports: Ports) {}

  readonly subscribe = (changed: () => void): (() => void) => {
    this.heard.add(changed);
    return () => void this.heard.delete(changed);
  };

  readonly snapshot = (): LoginState => this.state;

  /** Begins where people log in: is this browser still logged in? Fails where that cannot be found out. */
  async open(): Promise<void> {
    if (this.state === "off") this.become("unknown");
    try {
      await this.renew(undefined);
    } catch (err) {
      if (!ended(err)) throw err;
    }
  }

  /** The token for a request, undefined where none is needed. */
  async bearer(): Promise<string | undefined> {
    if (this.state === "off") return undefined;
    return this.fresh() ?? this.renew(this.token);
  }

  /** Another token than one that is of no use any more. */
  renew(stale: string | undefined): Promise<string> {
    this.going ??= this.ports.alone(() => this.next(stale)).finally(() => (this.going = undefined));
    return this.going;
  }

  /** A login was made here. */
  enter(given: Given): void {
    const until = this.ports.now() + given.expires_in * 1000;
    this.take(given.access_token, until);
    this.ports.tell({ kind: "in", token: given.access_token, until });
  }

  /** The login is over, here and in the other tabs. */
  leave(): void {
    this.drop();
    this.ports.tell({ kind: "out" });
  }

  /** Another tab told something. */
  hear(what: Told): void {
    if (this.state === "off") return;
    if (what.kind === "in") this.take(what.token, what.until);
    else this.drop();
  }

  private fresh(): string | undefined {
    return this.token !== undefined && this.until - this.ports.now() > early ? this.token : undefined;
  }

  private async next(stale: string | undefined): Promise<string> {
    // While this one waited, another tab may have done it.
    const now = this.fresh();
    if (now !== undefined && now !== stale) return now;
    try {
      const given = await this.ports.exchange();
      this.enter(given);
      return given.access_token;
    } catch (err) {
      if (ended(err)) this.drop();
      throw err;
    }
  }

  private take(token: string, until: number): void {
    const person = personOf(token);
    if (this.person !== undefined && person !== this.person) {
      this.ports.restart();
      return;
    }
    this.person = person;
    this.token = token;
    this.until = until;
    this.become("in");
  }

  private drop(): void {
    this.token = undefined;
    this.person = undefined;
    this.become("out");
  }

  private become(state: LoginState): void {
    if (this.state === state) return;
    this.state = state;
    for (const changed of this.heard) changed();
  }
}

/** The server said that there is no login; anything else may pass. */
function ended(err: unknown): boolean {
  return err instanceof Failure && err.problem.status === 401;
}

/** Whose token it is. It is not checked: that is the server's to do. */
export function personOf(token: string): string {
  try {
    const body = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const { sub } = JSON.parse(atob(body)) as { sub?: unknown };
    return typeof sub === "string" ? sub : "";
  } catch {
    return "";
  }
}

async function exchange(): Promise<Given> {
  const response = await fetch("/api/v1/auth/refresh", { method: "POST", headers: { Accept: "application/json" } }).catch((err: unknown) => {
    throw failureOf(err);
  });
  if (!response.ok) throw readProblem(response.status, await response.text());
  return (await response.json()) as Given;
}

/**
 * One tab at a time. Browsers give locks to pages that came encrypted or from
 * this machine; elsewhere tabs that meet are told apart by the server, which
 * answers the same exchange twice within a few seconds.
 */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? (locks.request("tabletalk-login", work) as Promise<T>) : work();
}

function connect(): Login {
  const channel = new BroadcastChannel("tabletalk-login");
  const it = new Login({ exchange, alone, now: Date.now, tell: (what) => channel.postMessage(what), restart: () => window.location.reload() });
  channel.onmessage = (e: MessageEvent<Told>) => it.hear(e.data);
  return it;
}

/** The login of this page. */
export const login = connect();

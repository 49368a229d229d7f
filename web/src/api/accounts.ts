import { call, id, type Page, some } from "./client";
import { Failure, failureOf, readProblem } from "./failure";
import type { Given } from "./login";
import { login } from "./login";
import type { AccessKey, AuthOptions, Entry, Link, LoginPlace, Person, Share, User } from "./types";

/** Asks what needs no login: whoever is not in yet, or not any more. */
async function plainly<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) } };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    const response = await fetch(`/api/v1${path}`, init);
    const text = await response.text();
    if (!response.ok) throw readProblem(response.status, text);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  } catch (err) {
    throw failureOf(err);
  }
}

/** Who begins an account. */
export interface Newcomer {
  email: string;
  password: string;
  name?: string;
}

const enter = async (email: string, password: string) => login.enter(await plainly<Given>("POST", "/auth/login", { email, password, cookie: true }));

/** The way in. */
export const entrance = {
  options: () => plainly<AuthOptions>("GET", "/auth/options"),
  login: enter,
  register: async (n: Newcomer, invite?: string) => {
    await plainly("POST", "/auth/register", { ...n, ...(invite ? { invite } : {}) });
    await enter(n.email, n.password);
  },
  setUp: async (n: Newcomer, token: string) => {
    await plainly("POST", "/auth/setup", { ...n, token });
    await enter(n.email, n.password);
  },
  forgot: (email: string) => plainly<undefined>("POST", "/auth/reset", { email }),
  /** Sets a password by a link, which ends all logins. */
  reset: async (token: string, password: string) => {
    await plainly("POST", "/auth/reset/confirm", { token, password });
    login.leave();
  },
};

/** What people do with their own account. */
export const self = {
  get: () => call<Person>("GET", "/auth/me"),
  rename: (name: string) => call<Person>("PATCH", "/auth/me", { name }),
  setEmail: (email: string, current: string) => call<Person>("PATCH", "/auth/me", { email, current_password: current }),
  setPassword: (password: string, current: string) => call<Person>("PATCH", "/auth/me", { password, current_password: current }),
  remove: async (password: string) => {
    await call("POST", "/auth/me/delete", { password });
    login.leave();
  },
  /** Ends the login here, or all of them. One that is over already is no trouble. */
  logout: async (everywhere: boolean) => {
    await call("POST", "/auth/logout", { everywhere }).catch((err: unknown) => {
      if (!(err instanceof Failure) || err.problem.status !== 401) throw err;
    });
    login.leave();
  },
  logins: () => some<LoginPlace>("/auth/logins", undefined, 100),
  endLogin: (l: string) => call<undefined>("DELETE", `/auth/logins/${id(l)}`),
  keys: () => some<AccessKey>("/auth/api-keys", undefined, 100),
  addKey: (name: string, scope: string, days: number) => call<AccessKey>("POST", "/auth/api-keys", { name, scope, expires_in_days: days }),
  removeKey: (k: string) => call<undefined>("DELETE", `/auth/api-keys/${id(k)}`),
};

/** With whom a session is shared. */
export const shares = {
  list: async (session: string): Promise<Share[]> => (await some<Share>(`/sessions/${id(session)}/shares`, undefined, 100)).items,
  set: (session: string, email: string, role: string) => call<Share>("POST", `/sessions/${id(session)}/shares`, { email, role }),
  remove: (session: string, user: string) => call<undefined>("DELETE", `/sessions/${id(session)}/shares/${id(user)}`),
};

/** What administrators do. */
export const people = {
  list: (cursor: string | undefined, limit: number): Promise<Page<User>> => some<User>("/users", cursor, limit),
  add: (n: { email: string; name?: string; role: string; password?: string }) => call<User>("POST", "/users", n),
  change: (user: string, change: { role?: string; active?: boolean }) => call<User>("PATCH", `/users/${id(user)}`, change),
  remove: (user: string) => call<undefined>("DELETE", `/users/${id(user)}`),
  resetLink: (user: string) => call<Link>("POST", `/users/${id(user)}/reset-link`),
  invitations: () => some<Link>("/invitations", undefined, 100),
  invite: (email: string, role: string) => call<Link>("POST", "/invitations", { role, ...(email ? { email } : {}) }),
  uninvite: (link: string) => call<undefined>("DELETE", `/invitations/${id(link)}`),
  audit: (filter: Record<string, string>, cursor: string | undefined, limit: number) => some<Entry>("/audit", cursor, limit, filter),
};

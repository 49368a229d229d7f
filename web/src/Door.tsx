import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { entrance, self } from "./api/accounts";
import { type Failure, failureOf } from "./api/client";
import { login } from "./api/login";
import type { AuthOptions, Person } from "./api/types";
import { App } from "./App";
import type { Arrival } from "./lib/route";
import { Trouble } from "./parts/basics";
import { SelfContext } from "./state/person";

const Entrance = lazy(() => import("./parts/account/Entrance"));

const waiting = <p className="muted center pad" role="status">Loading…</p>;

/** How people log in here, and whether this browser is; asked once, and again after a failure. */
function useOptions() {
  const [options, setOptions] = useState<AuthOptions>();
  const [failure, setFailure] = useState<Failure>();
  const ask = useCallback(async () => {
    try {
      const o = await entrance.options();
      if (o.auth === "accounts") await login.open();
      setOptions(o);
      setFailure(undefined);
    } catch (err) {
      setFailure(failureOf(err));
    }
  }, []);
  useEffect(() => void ask(), [ask]);
  return { options, failure, ask };
}

/** Lets people in where they log in, and everybody elsewhere. */
export function Door({ arrival }: { arrival: Arrival | undefined }) {
  const { options, failure, ask } = useOptions();
  const state = useSyncExternalStore(login.subscribe, login.snapshot);
  const [arrived, setArrived] = useState(arrival);
  const done = useCallback(() => {
    setArrived(undefined);
    void ask(); // the first administrator may be there now
    if (window.location.pathname !== "/") window.history.replaceState(null, "", "/");
  }, [ask]);

  if (failure && !options) return <main className="pad"><Trouble failure={failure}><button type="button" className="button" onClick={() => void ask()}>Try again</button></Trouble></main>;
  if (!options || state === "unknown") return waiting;
  if (options.auth !== "accounts") return <App />;
  if (arrived || state !== "in") return <Suspense fallback={waiting}><Entrance options={options} arrival={arrived} onArrived={done} /></Suspense>;
  return <Inside options={options} />;
}

/** The page of somebody who is logged in. */
function Inside({ options }: { options: AuthOptions }) {
  const [person, setPerson] = useState<Person>();
  const [failure, setFailure] = useState<Failure>();
  const load = useCallback(() => {
    setFailure(undefined);
    self.get().then(setPerson, (err: unknown) => setFailure(failureOf(err)));
  }, []);
  useEffect(load, [load]);
  if (failure) return <main className="pad"><Trouble failure={failure}><button type="button" className="button" onClick={load}>Try again</button></Trouble></main>;
  if (!person) return waiting;
  return <SelfContext value={{ person, options, changed: setPerson }}><App /></SelfContext>;
}

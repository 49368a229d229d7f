import "../../styles/account.css";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { entrance } from "../../api/accounts";
import type { AuthOptions } from "../../api/types";
import type { Arrival } from "../../lib/route";
import { Form, Input, Password, useWork } from "./form";

type View = "login" | "register" | "forgot" | "reset" | "setup";

const titles: Record<View, string> = { login: "Log in", register: "Create an account", forgot: "Forgotten password", reset: "Set a new password", setup: "Welcome to tabletalk" };

const firstView = { setup: "setup", invite: "register", reset: "reset" } as const;

export interface EntranceProps {
  options: AuthOptions;
  arrival: Arrival | undefined;
  /** Told once the one-time link is used, or not wanted. */
  onArrived: () => void;
}

/** The way in: log in, register, set a password anew, make the first administrator. */
export default function Entrance({ options, arrival, onArrived }: EntranceProps) {
  const [view, setView] = useState<View>(arrival ? firstView[arrival.purpose] : "login");
  const [notice, setNotice] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const go = (to: View, say?: string) => {
    if (to === "login") onArrived();
    setNotice(say);
    setView(to);
  };
  useEffect(() => {
    document.title = `${titles[view]} · tabletalk`;
    // The first field is where one goes on; without one the heading tells what this is.
    (heading.current?.parentElement?.querySelector<HTMLElement>("input") ?? heading.current)?.focus();
  }, [view]);
  const back = <p className="aside"><button type="button" className="link" onClick={() => go("login")}>Back to the login</button></p>;
  const spent = arrival !== undefined && arrival.token === "" && view === firstView[arrival.purpose];
  return (
    <main className="entrance">
      <div className="gate">
        <p className="brand"><img src="/favicon.svg" alt="" width="26" height="26" />tabletalk</p>
        <h1 ref={heading} tabIndex={-1}>{titles[view]}</h1>
        {notice && <p className="notice" role="status">{notice}</p>}
        {spent ? (
          <><p>This page needs the whole link that you were given. Open it once more, by a click or by copying all of it.</p>{back}</>
        ) : (
          <>
            {view === "login" && <LogIn options={options} go={go} />}
            {view === "register" && <Register options={options} invite={arrival?.token} onDone={onArrived} back={back} />}
            {view === "setup" && <SetUp options={options} token={arrival?.token ?? ""} onDone={onArrived} back={back} />}
            {view === "forgot" && <Forgot back={back} />}
            {view === "reset" && <Reset options={options} token={arrival?.token ?? ""} onDone={() => go("login", "The new password is set. Log in with it.")} back={back} />}
          </>
        )}
      </div>
    </main>
  );
}

function LogIn({ options, go }: { options: AuthOptions; go: (to: View) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const work = useWork();
  return (
    <>
      {options.needs_setup && <p className="notice">There is no administrator yet. Open the link that the start of the server printed: it makes one.</p>}
      <Form action="Log in" work={work} onSend={() => work.run(() => entrance.login(email, password))}>
        <Input label="E-mail address" type="email" autoComplete="username" required value={email} onValue={setEmail} />
        <Password label="Password" value={password} onValue={setPassword} />
      </Form>
      {options.openid && <p><a className="button" href="/api/v1/auth/openid">Log in with {options.openid}</a></p>}
      <p className="aside">
        {options.mail ? <button type="button" className="link" onClick={() => go("forgot")}>Forgot your password?</button> : <span className="muted small">Forgot your password? An administrator can give you a link that sets a new one.</span>}
        {options.registration === "open" && <button type="button" className="link" onClick={() => go("register")}>Create an account</button>}
        {options.registration === "invite" && <span className="muted small">A new account needs an invitation from an administrator.</span>}
      </p>
    </>
  );
}

/** Address, name and password of somebody who is new. */
function useNewcomer(options: AuthOptions) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const fields = (
    <>
      <Input label="E-mail address" type="email" autoComplete="username" required value={email} onValue={setEmail} />
      <Input label="Name" autoComplete="name" maxLength={200} value={name} onValue={setName} hint="How others see you; without one, the beginning of the address." />
      <Password label="Password" fresh min={options.min_password} value={password} onValue={setPassword} />
    </>
  );
  return { fields, newcomer: { email: email.trim(), password, ...(name.trim() ? { name: name.trim() } : {}) } };
}

function Register({ options, invite, onDone, back }: { options: AuthOptions; invite: string | undefined; onDone: () => void; back: ReactNode }) {
  const { fields, newcomer } = useNewcomer(options);
  const work = useWork();
  return (
    <>
      {invite && <p>You were invited. With these you log in from now on.</p>}
      <Form action="Create the account" work={work} onSend={() => work.run(() => entrance.register(newcomer, invite), onDone)}>{fields}</Form>
      {back}
    </>
  );
}

function SetUp({ options, token, onDone, back }: { options: AuthOptions; token: string; onDone: () => void; back: ReactNode }) {
  const { fields, newcomer } = useNewcomer(options);
  const work = useWork();
  if (!options.needs_setup) return <><p>There is an administrator already. Log in, or ask them for an account.</p>{back}</>;
  return (
    <>
      <p>Make the account of the administrator, who invites the others. What was uploaded before is theirs.</p>
      <Form action="Set up" work={work} onSend={() => work.run(() => entrance.setUp(newcomer, token), onDone)}>{fields}</Form>
    </>
  );
}

function Forgot({ back }: { back: ReactNode }) {
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const work = useWork();
  if (sent) return <><p role="status">If there is an account with that address, a link to set a new password is on its way to it.</p>{back}</>;
  return (
    <>
      <Form action="Send me a link" work={work} onSend={() => work.run(() => entrance.forgot(email.trim()), () => setSent(true))}>
        <Input label="E-mail address" type="email" autoComplete="username" required value={email} onValue={setEmail} />
      </Form>
      {back}
    </>
  );
}

function Reset({ options, token, onDone, back }: { options: AuthOptions; token: string; onDone: () => void; back: ReactNode }) {
  const [password, setPassword] = useState("");
  const work = useWork();
  return (
    <>
      <p>You are logged out everywhere once it is set.</p>
      <Form action="Set the password" work={work} onSend={() => work.run(() => entrance.reset(token, password), onDone)}>
        <Password label="New password" fresh min={options.min_password} value={password} onValue={setPassword} />
      </Form>
      {back}
    </>
  );
}

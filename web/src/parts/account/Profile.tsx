import { useState } from "react";
import { self as api } from "../../api/accounts";
import { admitted, myData } from "../../api/client";
import type { LoginPlace } from "../../api/types";
import { agentName } from "../../lib/agent";
import { relative, when } from "../../lib/format";
import type { Self } from "../../state/person";
import { usePaged } from "../../state/usePaged";
import { Confirm, Dialog, Trouble } from "../basics";
import { icons } from "../icons";
import { follow } from "../../lib/save";
import { Form, Input, Password, Section, useWork } from "./form";

/** Who one is, the password, where one is logged in, and how to leave. */
export function Profile({ self }: { self: Self }) {
  return (
    <>
      <Who self={self} />
      <NewPassword self={self} />
      <Logins />
      <Mine />
    </>
  );
}

function Who({ self: { person, changed } }: { self: Self }) {
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email ?? "");
  const [password, setPassword] = useState("");
  const [saved, setSaved] = useState(false);
  const work = useWork();
  const moved = email.trim() !== person.email;
  const save = async () => {
    setSaved(false);
    if (moved) changed(await api.setEmail(email.trim(), password));
    if (name.trim() !== person.name) changed(await api.rename(name.trim()));
    setPassword("");
    setSaved(true);
  };
  return (
    <Section title="You">
      <Form action="Save" work={work} onSend={() => work.run(save)}>
        <Input label="Name" required maxLength={200} autoComplete="name" value={name} onValue={setName} />
        <Input label="E-mail address" required type="email" autoComplete="email" value={email} onValue={setEmail} />
        {moved && <Password label="Current password, to change the address" value={password} onValue={setPassword} />}
        {saved && !work.failure && <p className="done" role="status">{icons.check}Saved.</p>}
      </Form>
    </Section>
  );
}

function NewPassword({ self: { options, person } }: { self: Self }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [saved, setSaved] = useState(false);
  const work = useWork();
  const save = async () => {
    setSaved(false);
    await api.setPassword(next, current);
    setCurrent("");
    setNext("");
    setSaved(true);
  };
  return (
    <Section title="Password">
      <Form action="Change the password" work={work} onSend={() => work.run(save)}>
        {/* Whose it is, for what keeps passwords. */}
        <input type="text" autoComplete="username" value={person.email ?? ""} readOnly hidden />
        <Password label="Current password" value={current} onValue={setCurrent} />
        <Password label="New password" fresh min={options.min_password} value={next} onValue={setNext} />
        {saved && !work.failure && <p className="done" role="status">{icons.check}Changed. Every other login has ended.</p>}
      </Form>
    </Section>
  );
}

function Logins() {
  const list = usePaged<LoginPlace>("logins", api.logins);
  const work = useWork();
  const [asked, setAsked] = useState(false);
  return (
    <Section title="Where you are logged in">
      <ul className="rows" aria-label="Logins">
        {list.items.map((l) => (
          <li key={l.id}>
            <span className="grow wrap"><b><bdi title={l.agent}>{agentName(l.agent)}</bdi></b> {l.current && <span className="tag">here</span>}<br /><span className="muted small" title={when(l.used_at)}>used {relative(l.used_at)} · since {when(l.created_at)}</span></span>
            {!l.current && <button type="button" className="button" aria-label={`Log out ${agentName(l.agent)}, since ${when(l.created_at)}`} onClick={() => work.run(() => api.endLogin(l.id), list.reload)}>Log out</button>}
          </li>
        ))}
      </ul>
      {(work.failure ?? list.failure) && <Trouble failure={(work.failure ?? list.failure)!} />}
      <div className="row wrap-row">
        <button type="button" className="button" disabled={work.busy} onClick={() => work.run(() => api.logout(false))}>Log out here</button>
        <button type="button" className="button" disabled={work.busy} onClick={() => setAsked(true)}>Log out everywhere</button>
      </div>
      {asked && <Confirm title="Log out everywhere?" text="Every login of yours ends, this one included. Keys for programs stay." action="Log out everywhere" keep="Stay" onClose={() => setAsked(false)} onConfirm={() => work.run(() => api.logout(true))} />}
    </Section>
  );
}

function Mine() {
  const [asked, setAsked] = useState(false);
  const work = useWork();
  const take = () => work.run(async () => follow(await admitted(myData)));
  return (
    <Section title="Your data">
      <p>Your account, your sessions with their questions, answers and what you taught, the files as you uploaded them, and what the audit log says of you, in one archive.</p>
      {work.failure && <Trouble failure={work.failure} />}
      <div className="row wrap-row">
        <button type="button" className="button" disabled={work.busy} onClick={take}>{work.busy ? <span className="spinner" aria-hidden="true" /> : icons.download}Export my data</button>
        <button type="button" className="button danger" onClick={() => setAsked(true)}>{icons.bin}Delete my account…</button>
      </div>
      {asked && <DeleteMe onClose={() => setAsked(false)} />}
    </Section>
  );
}

function DeleteMe({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState("");
  const work = useWork();
  return (
    <Dialog label="Delete your account?" onClose={onClose} className="confirm">
      <h2>Delete your account?</h2>
      <p>Your sessions, files, answers and keys go with it, also for those you share them with. This cannot be undone.</p>
      <Form action="Delete my account" danger work={work} onSend={() => work.run(() => api.remove(password))}>
        <Password label="Current password" value={password} onValue={setPassword} />
      </Form>
      <button type="button" className="button leave" onClick={onClose}>Keep it</button>
    </Dialog>
  );
}

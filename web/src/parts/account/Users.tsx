import { useId, useState } from "react";
import { people as api } from "../../api/accounts";
import type { Link, User } from "../../api/types";
import { relative, when } from "../../lib/format";
import type { Self } from "../../state/person";
import { usePaged } from "../../state/usePaged";
import { Confirm, IconButton, Menu, Trouble } from "../basics";
import { icons } from "../icons";
import { Form, Input, Once, Section, useWork } from "./form";

/** The address of a link; a server that does not know its own gives a path. */
const addressOf = (l: Link) => new URL(l.url ?? "", window.location.origin).href;

/** Those who have an account, and those who are invited. */
export function Users({ self }: { self: Self }) {
  return (
    <>
      <Invitations mail={self.options.mail} />
      <Accounts me={self.person.id} minPassword={self.options.min_password} />
    </>
  );
}

function Role({ value, onValue }: { value: string; onValue: (role: string) => void }) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>Role</label>
      <select id={id} className="field" value={value} onChange={(e) => onValue(e.target.value)}><option value="member">Member</option><option value="admin">Administrator</option></select>
    </div>
  );
}

/** An account that an administrator makes for somebody; without a password, with a link that sets one. */
function NewAccount({ minPassword, onMade }: { minPassword: number; onMade: (user: User, link?: Link) => void }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState("member");
  const [password, setPassword] = useState("");
  const work = useWork();
  const make = async () => {
    const user = await api.add({ email: email.trim(), role, ...(name.trim() ? { name: name.trim() } : {}), ...(password ? { password } : {}) });
    setEmail("");
    setName("");
    setPassword("");
    onMade(user);
    if (!password) onMade(user, await api.resetLink(user.id));
  };
  return (
    <details className="more">
      <summary>Make an account for somebody</summary>
      <Form action="Make the account" work={work} onSend={() => work.run(make)}>
        <Input label="E-mail address" type="email" autoComplete="off" required value={email} onValue={setEmail} />
        <Input label="Name" autoComplete="off" value={name} onValue={setName} hint="Without one, the address up to the @." />
        <Role value={role} onValue={setRole} />
        <Input label="Password" type="password" autoComplete="new-password" minLength={minPassword} value={password} onValue={setPassword} hint="Without one, you get a link to hand over that sets it." />
      </Form>
    </details>
  );
}

function Invitations({ mail }: { mail: boolean }) {
  const list = usePaged<Link>("invitations", api.invitations);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("member");
  const [made, setMade] = useState<Link>();
  const work = useWork();
  const inviting = useWork();
  const invite = async () => {
    setMade(await api.invite(email.trim(), role));
    setEmail("");
    list.reload();
  };
  return (
    <Section title="Invite">
      <Form action="Make an invitation" work={inviting} onSend={() => inviting.run(invite)}>
        <Input label="E-mail address" type="email" autoComplete="off" value={email} onValue={setEmail} hint={`Only this address can use it; without one, whoever has the link.${mail ? " It is mailed there." : ""}`} />
        <Role value={role} onValue={setRole} />
      </Form>
      {made?.url && <Once label="The invitation" value={addressOf(made)}>Hand this link over. It works once, until {when(made.expires_at)}, and is not shown again.</Once>}
      {list.items.length > 0 && (
        <ul className="rows" aria-label="Open invitations">
          {list.items.map((l) => (
            <li key={l.id}>
              <span className="grow wrap"><b><bdi>{l.email ?? "Whoever has the link"}</bdi></b> {l.role === "admin" && <span className="tag">administrator</span>}<br /><span className="muted small">invited {relative(l.created_at)} · ends {relative(l.expires_at)}</span></span>
              <IconButton label={`Take back the invitation of ${l.email ?? "whoever has the link"}, made ${when(l.created_at, true)}`} icon={icons.bin} onClick={() => work.run(() => api.uninvite(l.id), () => { if (made?.id === l.id) setMade(undefined); list.reload(); })} />
            </li>
          ))}
        </ul>
      )}
      {(work.failure ?? list.failure) && <Trouble failure={(work.failure ?? list.failure)!} />}
    </Section>
  );
}

function Accounts({ me, minPassword }: { me: string; minPassword: number }) {
  const list = usePaged<User>("users", (_key, cursor, limit) => api.list(cursor, limit));
  const [made, setMade] = useState<{ user: User; link: Link }>();
  const [doomed, setDoomed] = useState<User>();
  const work = useWork();
  const change = (u: User, c: { role?: string; active?: boolean }) => work.run(() => api.change(u.id, c), list.reload);
  const link = (user: User) => work.run(async () => setMade({ user, link: await api.resetLink(user.id) }));
  const menu = (u: User) => [
    { label: "Make a reset link", icon: icons.link, onSelect: () => link(u) },
    u.active ? { label: "Disable", icon: icons.close, onSelect: () => change(u, { active: false }) } : { label: "Enable", icon: icons.check, onSelect: () => change(u, { active: true }) },
    { label: "Delete…", icon: icons.bin, danger: true, onSelect: () => setDoomed(u) },
  ];
  return (
    <Section title="Accounts">
      <NewAccount minPassword={minPassword} onMade={(user, link) => { setMade(link && { user, link }); list.reload(); }} />
      {(work.failure ?? list.failure) && <Trouble failure={(work.failure ?? list.failure)!} />}
      {made && <Once label="The reset link" value={addressOf(made.link)}>Hand this link to <bdi>{made.user.name}</bdi>: it sets a new password, once, until {when(made.link.expires_at)}.</Once>}
      <ul className="rows" aria-label="Users">
        {list.items.map((u) => (
          <li key={u.id} className={u.active ? undefined : "off"}>
            <span className="grow wrap"><b><bdi>{u.name}</bdi></b> {u.id === me && <span className="tag">you</span>} {!u.active && <span className="tag">disabled</span>}<br /><span className="muted small"><bdi>{u.email}</bdi> · {u.last_login_at ? `logged in ${relative(u.last_login_at)}` : "never logged in"}</span></span>
            <select className="field slim" aria-label={`Role of ${u.name}`} value={u.role} disabled={work.busy} onChange={(e) => change(u, { role: e.target.value })}><option value="member">Member</option><option value="admin">Administrator</option></select>
            <Menu label={`Actions for ${u.name}`} trigger={icons.more} items={u.id === me ? menu(u).slice(0, 1) : menu(u)} />
          </li>
        ))}
      </ul>
      {list.more && <p className="center"><button type="button" className="button" onClick={list.more}>Show more</button></p>}
      {doomed && <Confirm title={`Delete ${doomed.name}?`} text="Their sessions, files, answers and keys go with the account. This cannot be undone." action="Delete" onClose={() => setDoomed(undefined)} onConfirm={() => work.run(() => api.remove(doomed.id), list.reload)} />}
    </Section>
  );
}

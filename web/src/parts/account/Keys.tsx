import { useId, useState } from "react";
import { self as api } from "../../api/accounts";
import type { AccessKey } from "../../api/types";
import { relative, when } from "../../lib/format";
import { usePaged } from "../../state/usePaged";
import { Confirm, Trouble } from "../basics";
import { Form, Input, Once, Section, useWork } from "./form";

const scopes = [
  ["read", "Read: look at everything, change nothing"],
  ["ask", "Ask: read, and ask questions"],
  ["write", "Write: ask, upload, teach and delete"],
  ["admin", "Administer: write, and what administrators do"],
] as const;

const lives = [[7, "a week"], [30, "30 days"], [90, "90 days"], [366, "a year"]] as const;

/** Keys for programs: made, shown once, taken back. */
export function Keys({ admin }: { admin: boolean }) {
  const list = usePaged<AccessKey>("keys", api.keys);
  const [made, setMade] = useState<AccessKey>();
  const [doomed, setDoomed] = useState<AccessKey>();
  const work = useWork();
  return (
    <>
      <Section title="Make a key">
        <p className="muted">A program that sends a key as its bearer token is let in as you. See the <a href="/docs">API’s documentation</a>.</p>
        <Maker admin={admin} onMade={(k) => { setMade(k); list.reload(); }} />
        {made?.key && <Once label="The key" value={made.key}>Copy “<bdi>{made.name}</bdi>” now: it is not shown again.</Once>}
      </Section>
      <Section title="Your keys">
        {list.items.length === 0 && list.ready && <p className="muted">None yet.</p>}
        <ul className="rows" aria-label="Keys">
          {list.items.map((k) => (
            <li key={k.id}>
              <span className="grow wrap">
                <b><bdi>{k.name}</bdi></b> <span className="tag">{k.scope}</span> <code className="muted">…{k.hint}</code><br />
                <span className="muted small" title={`Made ${when(k.created_at)}`}>{k.used_at ? `last used ${relative(k.used_at)}` : "never used"} · expires {relative(k.expires_at)}</span>
              </span>
              <button type="button" className="button" aria-label={`Revoke ${k.name}`} onClick={() => setDoomed(k)}>Revoke</button>
            </li>
          ))}
        </ul>
        {(work.failure ?? list.failure) && <Trouble failure={(work.failure ?? list.failure)!} />}
      </Section>
      {doomed && (
        <Confirm title={`Revoke “${doomed.name}”?`} text="Programs that use it are shut out within seconds." action="Revoke" onClose={() => setDoomed(undefined)}
          onConfirm={() => work.run(() => api.removeKey(doomed.id), () => { if (made?.id === doomed.id) setMade(undefined); list.reload(); })} />
      )}
    </>
  );
}

function Maker({ admin, onMade }: { admin: boolean; onMade: (k: AccessKey) => void }) {
  const id = useId();
  const [name, setName] = useState("");
  const [scope, setScope] = useState("ask");
  const [days, setDays] = useState(90);
  const work = useWork();
  const make = async () => {
    onMade(await api.addKey(name.trim(), scope, days));
    setName("");
  };
  return (
    <Form action="Make the key" work={work} onSend={() => work.run(make)}>
      <Input label="Name" required maxLength={200} placeholder="nightly report" autoComplete="off" value={name} onValue={setName} />
      <div className="labelled">
        <label htmlFor={`${id}-scope`}>It may</label>
        <select id={`${id}-scope`} className="field" value={scope} onChange={(e) => setScope(e.target.value)}>
          {scopes.filter(([s]) => admin || s !== "admin").map(([s, label]) => <option key={s} value={s}>{label}</option>)}
        </select>
      </div>
      <div className="labelled">
        <label htmlFor={`${id}-days`}>It works for</label>
        <select id={`${id}-days`} className="field" value={days} onChange={(e) => setDays(Number(e.target.value))}>
          {lives.map(([n, label]) => <option key={n} value={n}>{label}</option>)}
        </select>
      </div>
    </Form>
  );
}

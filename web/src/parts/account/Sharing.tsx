import "../../styles/account.css";
import { useId, useState } from "react";
import { shares as api } from "../../api/accounts";
import type { Session, Share } from "../../api/types";
import { rightsOf } from "../../lib/rights";
import { useLoaded } from "../../state/useLoaded";
import { Dialog, IconButton, Trouble } from "../basics";
import { icons } from "../icons";
import { Form, Input, useWork } from "./form";

const roles = [["viewer", "Viewer: looks"], ["editor", "Editor: asks, uploads, teaches"]] as const;

/** With whom a session is shared; its owner changes that here. */
export default function Sharing({ session, onClose }: { session: Session; onClose: () => void }) {
  const id = useId();
  const { own } = rightsOf(session.role);
  const [tick, setTick] = useState(0);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("viewer");
  const list = useLoaded(`${session.id} ${tick}`, () => api.list(session.id));
  const [last, setLast] = useState<Share[]>();
  if (list.value && list.value !== last) setLast(list.value);
  const adding = useWork();
  const changing = useWork();
  const again = () => setTick((n) => n + 1);
  const choose = (label: string, value: string, set: (r: string) => void, key?: string) => (
    <select id={key} className={key ? "field" : "field slim"} aria-label={key ? undefined : label} value={value} onChange={(e) => set(e.target.value)}>
      {roles.map(([r, says]) => <option key={r} value={r}>{key ? says : says.split(":")[0]}</option>)}
    </select>
  );
  return (
    <Dialog label="Sharing" onClose={onClose} className="window wide">
      <header><h2 className="grow clip">{own ? "Share" : "Who has access to"} “<bdi>{session.name || "Untitled session"}</bdi>”</h2><IconButton label="Close" icon={icons.close} onClick={onClose} /></header>
      <div className="window-body">
        {own && (
          <Form action="Share" work={adding} onSend={() => adding.run(() => api.set(session.id, email.trim(), role), () => { setEmail(""); again(); })}>
            <Input label="E-mail address of somebody with an account here" type="email" autoComplete="off" required data-focus="" value={email} onValue={setEmail} />
            <div className="labelled"><label htmlFor={`${id}-role`}>They are</label>{choose("Role", role, setRole, `${id}-role`)}</div>
          </Form>
        )}
        <h3>Shared with</h3>
        {last?.length === 0 && <p className="muted">Nobody yet.</p>}
        <ul className="rows" aria-label="Shared with">
          {last?.map((s) => (
            <li key={s.user_id}>
              <span className="grow wrap"><b><bdi>{s.name}</bdi></b><br /><span className="muted small"><bdi>{s.email}</bdi></span></span>
              {own ? choose(`Role of ${s.name}`, s.role, (r) => changing.run(() => api.set(session.id, s.email, r), again)) : <span className="tag">{s.role}</span>}
              {own && <IconButton label={`Stop sharing with ${s.name}`} icon={icons.close} onClick={() => changing.run(() => api.remove(session.id, s.user_id), again)} />}
            </li>
          ))}
        </ul>
        {(changing.failure ?? list.failure) && <Trouble failure={(changing.failure ?? list.failure)!} />}
      </div>
    </Dialog>
  );
}

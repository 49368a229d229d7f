import { type FormEvent, useId, useMemo, useState } from "react";
import { people as api } from "../../api/accounts";
import type { Entry, User } from "../../api/types";
import { auditFilter, type AuditSearch, inWords } from "../../lib/audit";
import { when } from "../../lib/format";
import { usePaged } from "../../state/usePaged";
import { Trouble } from "../basics";
import { Input, Section } from "./form";

const everything: AuditSearch = { actor: "", action: "", object: "", outcome: "", text: "", from: "", to: "" };

/** Who did what to which object, newest first. */
export function Audit() {
  const [search, setSearch] = useState(everything);
  const filter = useMemo(() => auditFilter(search), [search]);
  const list = usePaged<Entry>(JSON.stringify(filter), (_key, cursor, limit) => api.audit(filter, cursor, limit));
  return (
    <>
      <Section title="Search">
        <Search onSearch={setSearch} seen={list.items} />
      </Section>
      <Section title="What was done">
        {list.failure && <Trouble failure={list.failure} />}
        {!list.ready && <p className="muted" role="status">Loading…</p>}
        {list.ready && list.items.length === 0 && <p className="muted" role="status">Nothing was done that fits.</p>}
        <ul className="rows ledger" aria-label="Audit log">
          {list.items.map((e) => (
            <li key={e.id}>
              <time className="muted small" dateTime={e.created_at}>{when(e.created_at, true)}</time>
              <span className="wrap"><b>{inWords(e.action)}</b> {e.outcome !== "ok" && <span className="tag warn">{inWords(e.outcome)}</span>}<br /><span className="muted small"><bdi>{e.actor ?? e.actor_id ?? "nobody who was logged in"}</bdi></span></span>
              <span className="muted small wrap object">{e.object && <button type="button" className="link wrap" title="Everything about this" aria-label={`Everything about ${e.object}`} onClick={() => setSearch({ ...everything, object: e.object! })}><code>{e.object}</code></button>}</span>
            </li>
          ))}
        </ul>
        {list.more && <p className="center"><button type="button" className="button" onClick={list.more}>Show earlier ones</button></p>}
        {search !== everything && <p><button type="button" className="link" onClick={() => setSearch({ ...everything })}>Show everything</button></p>}
      </Section>
    </>
  );
}

function Search({ onSearch, seen }: { onSearch: (s: AuditSearch) => void; seen: readonly Entry[] }) {
  const id = useId();
  const [search, setSearch] = useState(everything);
  const users = usePaged<User>("users", (_key, cursor, limit) => api.list(cursor, limit), 200);
  const actions = useMemo(() => [...new Set(seen.map((e) => e.action))].sort(), [seen]);
  const set = (part: Partial<AuditSearch>) => setSearch({ ...search, ...part });
  const send = (e: FormEvent) => {
    e.preventDefault();
    onSearch({ ...search });
  };
  return (
    <form className="filters" onSubmit={send} role="search" aria-label="Audit log">
      <div className="labelled">
        <label htmlFor={`${id}-who`}>Who</label>
        <select id={`${id}-who`} className="field" value={search.actor} onChange={(e) => set({ actor: e.target.value })}>
          <option value="">everybody</option>
          {users.items.map((u) => <option key={u.id} value={u.id}>{u.email}</option>)}
        </select>
      </div>
      <Input label="What" placeholder="delete-session" list={`${id}-actions`} autoComplete="off" spellCheck={false} value={search.action} onValue={(action) => set({ action })} />
      <datalist id={`${id}-actions`}>{actions.map((a) => <option key={a} value={a} />)}</datalist>
      <Input label="To what (its id)" autoComplete="off" spellCheck={false} value={search.object} onValue={(object) => set({ object })} />
      <Input label="Outcome" placeholder="ok, or a code" autoComplete="off" spellCheck={false} value={search.outcome} onValue={(outcome) => set({ outcome })} />
      <Input label="Any text" type="search" autoComplete="off" spellCheck={false} value={search.text} onValue={(text) => set({ text })} />
      <Input label="From" type="date" value={search.from} onValue={(from) => set({ from })} />
      <Input label="Until" type="date" value={search.to} onValue={(to) => set({ to })} />
      <div><button type="submit" className="button primary">Search</button></div>
    </form>
  );
}

import type { Session } from "../api/types";
import { relative, when } from "../lib/format";
import { rightsOf } from "../lib/rights";
import type { Paged } from "../state/usePaged";
import { Dialog, IconButton, Menu } from "./basics";
import { icons } from "./icons";

const nameOf = (s: Session) => s.name || "Untitled session";

/** When a session was used; where others have its name, also when it was made, to the second. */
export function sessionDetail(s: Session, all: readonly Session[]): string {
  const twin = all.some((o) => o.id !== s.id && nameOf(o) === nameOf(s));
  return `${s.role && s.role !== "owner" ? `shared, you are its ${s.role} · ` : ""}used ${relative(s.updated_at)}${twin ? ` · made ${when(s.created_at, true)}` : ""}`;
}

export interface SessionActions {
  onSession: (id: string | undefined) => void;
  onRename: (s: Session) => void;
  onExtend: (s: Session) => void;
  onDelete: (s: Session) => void;
  /** Shows with whom it is shared; undefined where nobody logs in. */
  onShare: ((s: Session) => void) | undefined;
}

export function sessionMenu(s: Session, actions: SessionActions) {
  const { edit, own } = rightsOf(s.role);
  return [
    ...(edit ? [{ label: "Rename", icon: icons.pen, onSelect: () => actions.onRename(s) }] : []),
    ...(actions.onShare ? [{ label: own ? "Share…" : "Who has access", icon: icons.people, onSelect: () => actions.onShare!(s) }] : []),
    ...(own ? [{ label: "Keep longer", icon: icons.clock, onSelect: () => actions.onExtend(s) }, { label: "Delete", icon: icons.bin, danger: true, onSelect: () => actions.onDelete(s) }] : []),
  ];
}

/** All sessions, a page at a time. */
export function Sessions({ sessions, current, actions, onClose }: { sessions: Paged<Session>; current: string | undefined; actions: SessionActions; onClose: () => void }) {
  return (
    <Dialog label="All sessions" onClose={onClose} className="window">
      <header><h2 className="grow">All sessions</h2><IconButton label="Close" icon={icons.close} onClick={onClose} /></header>
      <div className="window-body">
        <ul className="session-list">
          {sessions.items.map((s) => (
            <li key={s.id}>
              <button type="button" className="grow clip" aria-current={s.id === current ? "true" : undefined} onClick={() => { onClose(); actions.onSession(s.id); }}>
                <b className="clip"><bdi>{nameOf(s)}</bdi></b>
                <span className="muted small clip" title={`Made ${when(s.created_at, true)}`}>{sessionDetail(s, sessions.items)} · expires {relative(s.expires_at)}</span>
              </button>
              <Menu label={`Actions for ${nameOf(s)}, made ${when(s.created_at, true)}`} trigger={icons.more} items={sessionMenu(s, actions)} />
            </li>
          ))}
        </ul>
        {sessions.items.length === 0 && <p className="muted">No sessions yet: drop a file to begin one.</p>}
        {sessions.more && <p className="center"><button type="button" className="button" onClick={sessions.more}>Show more</button></p>}
      </div>
    </Dialog>
  );
}

import { lazy, Suspense, useState } from "react";
import { type Failure, model } from "../api/client";
import type { Conversation, Session, SourceFile, Table } from "../api/types";
import { count, relative, when } from "../lib/format";
import type { Paged } from "../state/usePaged";
import { useRights, useSelf } from "../state/person";
import { useTheme } from "../state/useTheme";
import { UserMenu } from "./UserMenu";
import { Confirm, IconButton, Menu, Rename } from "./basics";
import { icons } from "./icons";
import { Write } from "./Model";
import { type SessionActions, sessionDetail, sessionMenu, Sessions } from "./Sessions";
import { TypeIcon } from "./table/TypeIcon";

export interface RailProps {
  sessions: Paged<Session>;
  session: Session | undefined;
  files: SourceFile[];
  conversations: Paged<Conversation>;
  conversation: string | undefined;
  table: string | undefined;
  onSession: (id: string | undefined) => void;
  onRenameSession: (s: Session, name: string) => void;
  onExtendSession: (s: Session) => void;
  onDeleteSession: (s: Session) => void;
  onConversation: (id: string | undefined) => void;
  onRenameConversation: (c: Conversation, name: string) => void;
  onDeleteConversation: (c: Conversation) => void;
  onTable: (table: Table) => void;
  onFile: (file: SourceFile) => void;
  onRemoveFile: (file: SourceFile) => void;
  onAddFiles: () => void;
  onSettings: () => void;
  onHome: () => void;
  onFailure: (f: Failure) => void;
  /** How much was taught. */
  taught: number;
  /** Opens what was taught; undefined while there is no table. */
  onTeach: (() => void) | undefined;
}

const mostColumns = 60;
const fewSessions = 8;
const soon = 2 * 24 * 3600 * 1000;

type Ask = { kind: "rename" | "delete" | "share"; session: Session } | { kind: "rename"; conversation: Conversation } | { kind: "all" };

/** How long a session is kept; loudly when it is about to go. */
function Expiry({ session, onExtend }: { session: Session; onExtend: (() => void) | undefined }) {
  const near = new Date(session.expires_at).getTime() - Date.now() < soon;
  return (
    <p className={`small expiry ${near ? "warn" : "muted"}`} title={when(session.expires_at)}>
      Expires {relative(session.expires_at)}{near && onExtend && <> · <button type="button" className="link" onClick={onExtend}>Keep longer</button></>}
    </p>
  );
}

function SessionPicker({ props, actions, onAll }: { props: RailProps; actions: SessionActions; onAll: () => void }) {
  const { session, sessions } = props;
  const { own } = useRights();
  const name = session ? session.name || "Untitled session" : "New session";
  const items = [
    ...sessions.items.slice(0, fewSessions).map((s) => ({ label: s.name || "Untitled session", detail: sessionDetail(s, sessions.items), current: s.id === session?.id, onSelect: () => props.onSession(s.id) })),
    ...(sessions.items.length > 0 ? [{ label: "All sessions", icon: icons.list, onSelect: onAll }] : []),
    { label: "New session", icon: icons.plus, onSelect: () => props.onSession(undefined) },
  ];
  return (
    <div className="session">
      <div className="row">
        <Menu
          label={`Session: ${name}`}
          triggerClass="session-button"
          align="start"
          trigger={<><span className="clip grow"><bdi>{name}</bdi></span>{icons.down}</>}
          items={items}
        />
        {session && <Menu label="Session actions" trigger={icons.more} items={sessionMenu(session, actions)} />}
      </div>
      {session && <Expiry session={session} onExtend={own ? () => actions.onExtend(session) : undefined} />}
    </div>
  );
}

type FileEntryProps = { file: SourceFile } & Pick<RailProps, "onTable" | "onFile" | "onRemoveFile" | "table">;

function FileEntry({ file, table, onTable, onFile, onRemoveFile }: FileEntryProps) {
  const { edit } = useRights();
  if (file.status === "failed") {
    return (
      <li>
        <button type="button" className="entry failed" onClick={() => onFile(file)} title={file.error?.message}>
          {icons.warn}<span className="clip grow"><bdi>{file.name}</bdi></span><span className="small">failed</span>
        </button>
        {edit && <IconButton label={`Remove ${file.name}`} icon={icons.close} className="peek" onClick={() => onRemoveFile(file)} />}
      </li>
    );
  }
  if (file.status !== "completed") {
    return <li className="entry muted"><span className="spinner" aria-hidden="true" /><span className="clip grow"><bdi>{file.name}</bdi></span><span className="small">reading…</span></li>;
  }
  const tables = file.tables ?? [];
  const entries = tables.map((t) => <TableEntry key={t.id} table={t} file={file} open={t.id === table} onTable={onTable} />);
  if (tables.length < 2) return entries;
  return (
    <li className="file-group">
      <p className="muted small clip" title={file.name}><bdi>{file.name}</bdi> · {count(tables.length)} tables</p>
      <ul className="entries">{entries}</ul>
    </li>
  );
}

function TableEntry({ table: t, file, open, onTable }: { table: Table; file: SourceFile; open: boolean; onTable: (t: Table) => void }) {
  const rejected = file.receipt?.rows_rejected ?? 0;
  return (
    <li>
      <details className="table-entry">
        <summary className={`entry ${open ? "open" : ""}`}>
          {icons.down}<span className="clip grow" title={`${t.name}, from ${file.name}`}><bdi>{t.name}</bdi></span>
          {rejected > 0 && <span className="dot" title={`${count(rejected)} rows were rejected`} />}
          <span className="muted small">{count(t.rows)}</span>
        </summary>
        <ul className="column-list">
          {t.columns.slice(0, mostColumns).map((c) => <li key={c.name}><TypeIcon column={c} /><span className="clip grow" title={c.name}><bdi>{c.name}</bdi></span></li>)}
          {t.columns.length > mostColumns && <li>and {count(t.columns.length - mostColumns)} more</li>}
        </ul>
      </details>
      <IconButton label={`Look inside ${t.name}`} icon={icons.table} className="peek" onClick={() => onTable(t)} />
    </li>
  );
}

function Tables({ props }: { props: RailProps }) {
  const { edit } = useRights();
  return (
    <section aria-label="Tables">
      <div className="rail-head"><h2>Tables</h2>{edit && <IconButton label="Add files" icon={icons.plus} onClick={props.onAddFiles} />}</div>
      <ul className="entries">
        {props.files.map((f) => <FileEntry key={f.id} file={f} table={props.table} onTable={props.onTable} onFile={props.onFile} onRemoveFile={props.onRemoveFile} />)}
      </ul>
      {props.files.length === 0 && <p className="muted small pad">No files yet.</p>}
    </section>
  );
}

function Conversations({ props, onRename }: { props: RailProps; onRename: (c: Conversation) => void }) {
  const { edit } = useRights();
  const { items, more } = props.conversations;
  return (
    <section aria-label="Conversations">
      <div className="rail-head"><h2>Conversations</h2>{edit && <IconButton label="New conversation" icon={icons.plus} disabled={!props.session} onClick={() => props.onConversation(undefined)} />}</div>
      <ul className="entries">
        {items.map((c) => (
          <li key={c.id}>
            <button type="button" className="entry" aria-current={c.id === props.conversation ? "page" : undefined} onClick={() => props.onConversation(c.id)} title={c.name}>
              <span className="clip grow"><bdi>{c.name || "Untitled"}</bdi></span>
            </button>
            {edit && <Menu
              label={`Actions for ${c.name || "Untitled"}`}
              trigger={icons.more}
              triggerClass="icon-button peek"
              items={[
                { label: "Rename", icon: icons.pen, onSelect: () => onRename(c) },
                { label: "Delete", icon: icons.bin, danger: true, onSelect: () => props.onDeleteConversation(c) },
              ]}
            />}
          </li>
        ))}
      </ul>
      {more && <p className="pad"><button type="button" className="link" onClick={more}>Show earlier conversations</button></p>}
      {items.length === 0 && <p className="muted small pad">{edit ? "Your questions will be kept here." : "Nothing was asked yet."}</p>}
    </section>
  );
}

/** Lets the model find a name from the questions of the open conversation. */
function namer(session: string, props: RailProps) {
  const conversation = props.conversation ?? props.conversations.items[0]?.id;
  if (session !== props.session?.id || !conversation) return undefined;
  return (take: (name: string) => void) => <div className="chips"><Write session={session} label="Suggest a name" work={() => model.suggestName(session, conversation)} onWritten={(w) => take(w.text)} /></div>;
}

const Sharing = lazy(() => import("./account/Sharing"));

function Asked({ ask, props, actions, onClose }: { ask: Ask; props: RailProps; actions: SessionActions; onClose: () => void }) {
  if (ask.kind === "all") return <Sessions sessions={props.sessions} current={props.session?.id} actions={actions} onClose={onClose} />;
  if (ask.kind === "rename" && "conversation" in ask) {
    const c = ask.conversation;
    return <Rename title="Name of the conversation" name={c.name} onClose={onClose} onRename={(name) => props.onRenameConversation(c, name)} />;
  }
  if (ask.kind === "rename") return <Rename title="Name of the session" name={ask.session.name} onClose={onClose} onRename={(name) => props.onRenameSession(ask.session, name)} suggest={namer(ask.session.id, props)} />;
  if (ask.kind === "share") return <Suspense fallback={null}><Sharing session={ask.session} onClose={onClose} /></Suspense>;
  return (
    <Confirm
      title={`Delete “${ask.session.name || "Untitled session"}”?`}
      text="Its files, conversations and answers go with it. This cannot be undone."
      action="Delete"
      onClose={onClose}
      onConfirm={() => props.onDeleteSession(ask.session)}
    />
  );
}

/** What there is: sessions, tables and conversations. */
export function Rail(props: RailProps) {
  const [ask, setAsk] = useState<Ask>();
  const { theme, choose } = useTheme();
  const self = useSelf();
  const actions: SessionActions = {
    onSession: props.onSession,
    onRename: (session) => setAsk({ kind: "rename", session }),
    onExtend: props.onExtendSession,
    onDelete: (session) => setAsk({ kind: "delete", session }),
    onShare: self && ((session) => setAsk({ kind: "share", session })),
  };
  return (
    <div className="rail-inside">
      <a className="brand" href="#/" aria-label="tabletalk, start page" onClick={props.onHome}><img src="/favicon.svg" alt="" width="26" height="26" />tabletalk</a>
      <SessionPicker props={props} actions={actions} onAll={() => setAsk({ kind: "all" })} />
      <div className="rail-scroll">
        <Tables props={props} />
        <Conversations props={props} onRename={(conversation) => setAsk({ kind: "rename", conversation })} />
        {props.onTeach && (
          <section aria-label="Teaching">
            <button type="button" className="entry" onClick={props.onTeach}>{icons.book}<span className="grow">Taught words</span><span className="muted small">{props.taught > 0 && count(props.taught)}</span></button>
          </section>
        )}
      </div>
      {self && <UserMenu self={self} onFailure={props.onFailure} />}
      <footer>
        <a className="foot-link" href="/docs">{icons.link}API</a>
        <span className="grow" />
        <IconButton label={theme === "dark" ? "Light colours" : "Dark colours"} icon={theme === "dark" ? icons.sun : icons.moon} onClick={() => choose(theme === "dark" ? "light" : "dark")} />
        <IconButton label="Settings and keys" icon={icons.sliders} onClick={props.onSettings} />
      </footer>
      {ask && <Asked ask={ask} props={props} actions={actions} onClose={() => setAsk(undefined)} />}
    </div>
  );
}

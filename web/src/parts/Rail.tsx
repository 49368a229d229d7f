import { useState } from "react";
import type { Conversation, Session, SourceFile, Table } from "../api/types";
import { count, relative, when } from "../lib/format";
import { useTheme } from "../state/useTheme";
import { Confirm, IconButton, Menu, Rename } from "./basics";
import { icons } from "./icons";
import { TypeIcon } from "./TablePanel";

export interface RailProps {
  sessions: Session[];
  session: Session | undefined;
  files: SourceFile[];
  conversations: Conversation[];
  conversation: string | undefined;
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
}

const mostColumns = 60;

type Ask = { kind: "rename" | "delete"; what: Session | Conversation; of: "session" | "conversation" };

function SessionPicker({ props, ask }: { props: RailProps; ask: (a: Ask) => void }) {
  const { session, sessions } = props;
  const name = session ? session.name || "Untitled session" : "New session";
  const items = [
    ...sessions.slice(0, 30).map((s) => ({ label: s.name || "Untitled session", detail: relative(s.updated_at), current: s.id === session?.id, onSelect: () => props.onSession(s.id) })),
    { label: "New session", icon: icons.plus, onSelect: () => props.onSession(undefined) },
  ];
  return (
    <div className="session">
      <div className="row">
        <Menu
          label={`Session: ${name}`}
          triggerClass="session-button"
          align="start"
          trigger={<><span className="clip grow">{name}</span>{icons.down}</>}
          items={items}
        />
        {session && (
          <Menu
            label="Session actions"
            trigger={icons.more}
            items={[
              { label: "Rename", icon: icons.pen, onSelect: () => ask({ kind: "rename", what: session, of: "session" }) },
              { label: "Keep longer", icon: icons.clock, onSelect: () => props.onExtendSession(session) },
              { label: "Delete", icon: icons.bin, danger: true, onSelect: () => ask({ kind: "delete", what: session, of: "session" }) },
            ]}
          />
        )}
      </div>
      {session && <p className="muted small expiry" title={when(session.expires_at)}>Kept until it expires {relative(session.expires_at)}</p>}
    </div>
  );
}

function FileEntry({ file, onTable, onFile, onRemoveFile }: { file: SourceFile } & Pick<RailProps, "onTable" | "onFile" | "onRemoveFile">) {
  if (file.status === "failed") {
    return (
      <li>
        <button type="button" className="entry failed" onClick={() => onFile(file)} title={file.error?.message}>
          {icons.warn}<span className="clip grow">{file.name}</span><span className="small">failed</span>
        </button>
        <IconButton label={`Remove ${file.name}`} icon={icons.close} className="peek" onClick={() => onRemoveFile(file)} />
      </li>
    );
  }
  if (file.status !== "completed") {
    return <li className="entry muted"><span className="spinner" aria-hidden="true" /><span className="clip grow">{file.name}</span><span className="small">reading…</span></li>;
  }
  return (file.tables ?? []).map((t) => (
    <li key={t.id}>
      <details className="table-entry">
        <summary className="entry">{icons.down}<span className="clip grow" title={`${t.name}, from ${file.name}`}>{t.name}</span><span className="muted small">{count(t.rows)}</span></summary>
        <ul className="column-list">
          {t.columns.slice(0, mostColumns).map((c) => <li key={c.name}><TypeIcon column={c} /><span className="clip grow" title={c.name}>{c.name}</span></li>)}
          {t.columns.length > mostColumns && <li>and {count(t.columns.length - mostColumns)} more</li>}
        </ul>
        <button type="button" className="link" onClick={() => onTable(t)}>Look inside</button>
      </details>
      {(file.receipt?.rows_rejected ?? 0) > 0 && <span className="dot" title={`${count(file.receipt!.rows_rejected)} rows were rejected`} />}
      <IconButton label={`Look inside ${t.name}`} icon={icons.table} className="peek" onClick={() => onTable(t)} />
    </li>
  ));
}

function Tables({ props }: { props: RailProps }) {
  return (
    <section aria-label="Tables">
      <div className="rail-head"><h2>Tables</h2><IconButton label="Add files" icon={icons.plus} onClick={props.onAddFiles} /></div>
      <ul className="entries">
        {props.files.map((f) => <FileEntry key={f.id} file={f} onTable={props.onTable} onFile={props.onFile} onRemoveFile={props.onRemoveFile} />)}
      </ul>
      {props.files.length === 0 && <p className="muted small pad">No files yet.</p>}
    </section>
  );
}

function Conversations({ props, ask }: { props: RailProps; ask: (a: Ask) => void }) {
  return (
    <section aria-label="Conversations">
      <div className="rail-head"><h2>Conversations</h2><IconButton label="New conversation" icon={icons.plus} disabled={!props.session} onClick={() => props.onConversation(undefined)} /></div>
      <ul className="entries">
        {props.conversations.map((c) => (
          <li key={c.id}>
            <button type="button" className="entry" aria-current={c.id === props.conversation ? "page" : undefined} onClick={() => props.onConversation(c.id)} title={c.name}>
              <span className="clip grow">{c.name || "Untitled"}</span>
            </button>
            <Menu
              label={`Actions for ${c.name || "Untitled"}`}
              trigger={icons.more}
              triggerClass="icon-button peek"
              items={[
                { label: "Rename", icon: icons.pen, onSelect: () => ask({ kind: "rename", what: c, of: "conversation" }) },
                { label: "Delete", icon: icons.bin, danger: true, onSelect: () => ask({ kind: "delete", what: c, of: "conversation" }) },
              ]}
            />
          </li>
        ))}
      </ul>
      {props.conversations.length === 0 && <p className="muted small pad">Your questions will be kept here.</p>}
    </section>
  );
}

function Asked({ ask, props, onClose }: { ask: Ask; props: RailProps; onClose: () => void }) {
  const session = ask.of === "session";
  if (ask.kind === "rename") {
    return (
      <Rename
        title={`Name of the ${ask.of}`}
        name={ask.what.name}
        onClose={onClose}
        onRename={(name) => (session ? props.onRenameSession(ask.what as Session, name) : props.onRenameConversation(ask.what as Conversation, name))}
      />
    );
  }
  return (
    <Confirm
      title={`Delete “${ask.what.name || "Untitled"}”?`}
      text={session ? "Its files, conversations and answers go with it. This cannot be undone." : "Its questions and answers go with it. This cannot be undone."}
      action="Delete"
      onClose={onClose}
      onConfirm={() => (session ? props.onDeleteSession(ask.what as Session) : props.onDeleteConversation(ask.what as Conversation))}
    />
  );
}

/** What there is: sessions, tables and conversations. */
export function Rail(props: RailProps) {
  const [ask, setAsk] = useState<Ask>();
  const [theme, toggleTheme] = useTheme();
  return (
    <div className="rail-inside">
      <a className="brand" href="#/" aria-label="tabletalk, start page"><img src="/favicon.svg" alt="" width="26" height="26" />tabletalk</a>
      <SessionPicker props={props} ask={setAsk} />
      <div className="rail-scroll">
        <Tables props={props} />
        <Conversations props={props} ask={setAsk} />
      </div>
      <footer>
        <a className="foot-link" href="/docs">{icons.book}API</a>
        <span className="grow" />
        <IconButton label={theme === "dark" ? "Light colours" : "Dark colours"} icon={theme === "dark" ? icons.sun : icons.moon} onClick={toggleTheme} />
      </footer>
      {ask && <Asked ask={ask} props={props} onClose={() => setAsk(undefined)} />}
    </div>
  );
}

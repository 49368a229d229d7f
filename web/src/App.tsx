import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { conversations as conversationsAPI, Failure, failureOf, files as filesAPI, sessions as sessionsAPI } from "./api/client";
import type { Answer, Conversation, Session, SourceFile, Table, UploadResult } from "./api/types";
import { IconButton, Trouble } from "./parts/basics";
import { Composer } from "./parts/Composer";
import { icons } from "./parts/icons";
import { Rail } from "./parts/Rail";
import { TablePanel, type TableTab } from "./parts/TablePanel";
import { Thread } from "./parts/Thread";
import { DropArea, Uploads } from "./parts/Uploads";
import { Start, Welcome } from "./parts/Welcome";
import { usePlace } from "./state/usePlace";
import { useThread } from "./state/useThread";
import { useUploads } from "./state/useUploads";
import { useWorkspace } from "./state/useWorkspace";

interface Opened {
  table: string;
  tab: TableTab;
}

export function App() {
  const [place, go] = usePlace();
  const workspace = useWorkspace(place.session);
  const { reloadSessions, reloadFiles, reloadConversations, ready, sessions, files } = workspace;
  const [opened, setOpened] = useState<Opened>();
  const [failure, setFailure] = useState<Failure>();
  const [trying, setTrying] = useState(false);
  const [railOpen, setRailOpen] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);

  // The bare address goes on where one left off; "#/" is the empty page, to
  // which the brand and "New session" lead on purpose.
  useEffect(() => {
    if (ready && sessions[0] && window.location.hash === "") go({ session: sessions[0].id }, true);
  }, [ready, sessions, go]);

  // A session that is not there leads back to the start, with the reason.
  const { gone } = workspace;
  useEffect(() => {
    if (!gone) return;
    setFailure(gone);
    go({}, true);
  }, [gone, go]);

  const onAnswer = useCallback(
    (a: Answer) => {
      if (a.conversation_id) go({ session: a.session_id || place.session!, conversation: a.conversation_id }, true);
      reloadConversations();
    },
    [go, place.session, reloadConversations],
  );
  const thread = useThread({ session: place.session, conversation: place.conversation, onAnswer });

  const onUploaded = useCallback(
    (r: UploadResult) => {
      setFailure(undefined);
      const fresh = r.session_id && r.session_id !== place.session;
      if (fresh) go({ session: r.session_id });
      reloadFiles();
      const name = fresh && r.files.find((f) => f.status !== "failed")?.name.replace(/\.[^.]{1,8}$/, "");
      void (name ? nameSession(r.session_id, name) : Promise.resolve()).then(reloadSessions);
    },
    [reloadSessions, reloadFiles, place.session, go],
  );
  const { uploads, start: startUpload, dismiss } = useUploads(place.session, onUploaded);

  const attempt = useCallback((work: Promise<unknown>, then?: () => void) => {
    work.then(
      () => {
        setFailure(undefined);
        then?.();
      },
      (err: unknown) => setFailure(failureOf(err)),
    );
  }, []);

  const trySamples = () => {
    setTrying(true);
    attempt(
      filesAPI.samples().then(onUploaded).finally(() => setTrying(false)),
    );
  };

  const goTo = (session: string | undefined, conversation?: string) => {
    setRailOpen(false);
    go({ ...(session ? { session } : {}), ...(conversation ? { conversation } : {}) });
  };

  const showFile = useCallback((file: SourceFile) => {
    const t = file.tables?.[0];
    if (t) setOpened({ table: t.id, tab: "Receipt" });
    else if (file.error) setFailure(failureOfFile(file));
  }, []);
  const showTable = useCallback((t: Table) => setOpened({ table: t.id, tab: "Columns" }), []);

  const shown = useMemo(() => {
    for (const file of files) {
      const table = file.tables?.find((t) => t.id === opened?.table);
      if (table) return { file, table };
    }
    return undefined;
  }, [files, opened]);

  const hasTables = files.some((f) => f.status === "completed" && (f.tables?.length ?? 0) > 0);
  const history = useMemo(() => thread.turns.map((t) => t.question).filter((q, i, all) => q && q !== all[i - 1]), [thread.turns]);
  const reading = files.some((f) => f.status === "processing" || f.status === "pending");

  const rail = (
    <Rail
      sessions={sessions}
      session={workspace.session}
      files={files}
      conversations={workspace.conversations}
      conversation={place.conversation}
      onSession={(id) => goTo(id)}
      onRenameSession={(s: Session, name) => attempt(sessionsAPI.rename(s.id, name), () => void reloadSessions())}
      onExtendSession={(s: Session) => attempt(sessionsAPI.extend(s.id), () => void reloadSessions())}
      onDeleteSession={(s: Session) => attempt(sessionsAPI.remove(s.id), () => { void reloadSessions(); goTo(undefined); })}
      onConversation={(id) => goTo(place.session, id)}
      onRenameConversation={(c: Conversation, name) => attempt(conversationsAPI.rename(c.session_id, c.id, name), reloadConversations)}
      onDeleteConversation={(c: Conversation) =>
        attempt(conversationsAPI.remove(c.session_id, c.id), () => {
          reloadConversations();
          if (c.id === place.conversation) goTo(place.session);
        })
      }
      onTable={showTable}
      onFile={showFile}
      onRemoveFile={(f) => attempt(filesAPI.remove(f.id), reloadFiles)}
      onAddFiles={() => chooser.current?.click()}
    />
  );

  return (
    <div className="app">
      <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>(".composer textarea, main button")?.focus(); }}>Skip to the conversation</a>
      <nav className={`rail ${railOpen ? "open" : ""}`} aria-label="Your data">{rail}</nav>
      {railOpen && <button type="button" className="scrim" aria-label="Close the menu" onClick={() => setRailOpen(false)} />}
      <main id="main">
        <div className="topbar">
          <IconButton label="Menu" icon={icons.menu} onClick={() => setRailOpen(true)} />
          <span className="clip grow">{workspace.session?.name || "tabletalk"}</span>
          <IconButton label="New conversation" icon={icons.pen} disabled={!place.session} onClick={() => goTo(place.session)} />
        </div>
        <div className="scroll">
          {(failure ?? workspace.failure ?? thread.failure) && (
            <div className="page-trouble">
              <Trouble failure={(failure ?? workspace.failure ?? thread.failure)!}>
                <button type="button" className="link" onClick={() => { setFailure(undefined); void reloadSessions(); reloadFiles(); }}>{failure ? "Dismiss" : "Try again"}</button>
              </Trouble>
            </div>
          )}
          {thread.turns.length > 0 ? (
            <Thread thread={thread} />
          ) : thread.loading || !ready ? (
            <p className="muted center pad" role="status">Loading…</p>
          ) : place.session && hasTables ? (
            <Start session={place.session} files={files} onAsk={thread.ask} onTable={showTable} />
          ) : reading ? (
            <p className="muted center pad" role="status">Reading your file…</p>
          ) : (
            <Welcome onChoose={() => chooser.current?.click()} onSamples={trySamples} trying={trying} />
          )}
        </div>
        <div className="dock">
          <Uploads uploads={uploads} onDismiss={dismiss} onReceipt={showFile} />
          {hasTables && (
            <>
              <Composer
                session={place.session}
                busy={thread.busy}
                history={history}
                placeholder={thread.turns.length > 0 ? "Ask on, like “only in 2024”" : "Ask about your data"}
                onAsk={thread.ask}
                onCancel={thread.cancel}
              />
              <p className="keys muted small"><kbd>Enter</kbd> asks · <kbd>Shift</kbd> <kbd>Enter</kbd> new line · <kbd>↑</kbd> earlier questions · <kbd>/</kbd> jumps here</p>
            </>
          )}
        </div>
      </main>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label="Choose files"
        onChange={(e) => {
          startUpload([...(e.target.files ?? [])]);
          e.target.value = "";
        }}
      />
      <DropArea onFiles={startUpload} />
      {shown && opened && (
        <TablePanel
          key={`${opened.table} ${opened.tab}`}
          table={shown.table}
          file={shown.file}
          start={opened.tab}
          onClose={() => setOpened(undefined)}
          onRemove={() => attempt(filesAPI.remove(shown.file.id), () => { setOpened(undefined); reloadFiles(); })}
        />
      )}
    </div>
  );
}

/** Gives a session that an upload made the name of its first file; samples have one. */
async function nameSession(id: string, name: string): Promise<void> {
  try {
    const session = await sessionsAPI.get(id);
    if (!session.name || session.name === "New session") await sessionsAPI.rename(id, name.slice(0, 200));
  } catch {
    // A name is a nicety; the session works without.
  }
}

function failureOfFile(file: SourceFile): Failure {
  const e = file.error;
  return new Failure({ status: 422, code: e?.code ?? "failed", detail: `${file.name}: ${e?.message ?? "could not be read."}`, ...(e?.hint ? { hint: e.hint } : {}) });
}

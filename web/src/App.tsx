import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { conversations as conversationsAPI, Failure, failureOf, files as filesAPI, sessions as sessionsAPI } from "./api/client";
import type { Answer, Changed, SourceFile, Table, UploadResult } from "./api/types";
import { IconButton, Trouble } from "./parts/basics";
import { Ending } from "./parts/Ending";
import { Composer, type ComposerHandle } from "./parts/Composer";
import { icons } from "./parts/icons";
import { Rail } from "./parts/Rail";
import type { TableTab } from "./parts/table/TablePanel";
import type { Lesson } from "./parts/teach/TeachForm";
import { Thread } from "./parts/Thread";
import { DropArea, Removed, Undoable, Uploads } from "./parts/Uploads";
import { Start, Welcome } from "./parts/Welcome";
import { nextAnswer } from "./lib/focus";
import { rightsOf } from "./lib/rights";
import type { Place } from "./lib/route";
import { RightsContext, useSelf } from "./state/person";
import { useDownloads } from "./state/useDownloads";
import { usePlace } from "./state/usePlace";
import { useRemovals } from "./state/useRemovals";
import { useShortcuts } from "./state/useShortcuts";
import { useTeaching } from "./state/useTeaching";
import { useThread } from "./state/useThread";
import { useUploads } from "./state/useUploads";
import { useWorkspace } from "./state/useWorkspace";

// What the first screen does not show comes when it is asked for.
const Account = lazy(() => import("./parts/account/Account"));
const Settings = lazy(() => import("./parts/Settings"));
const TablePanel = lazy(() => import("./parts/table/TablePanel"));
const Taught = lazy(() => import("./parts/teach/Taught"));

/** Each waits for itself: what is on screen stays there meanwhile. */
function Late({ children }: { children: ReactNode }) {
  return <Suspense fallback={null}>{children}</Suspense>;
}

interface Opened {
  table: string;
  tab: TableTab;
}

export function App() {
  const [here, go] = usePlace();
  const self = useSelf();
  // The pages of the account stand before the data, which stays as it is.
  const [place, setPlace] = useState<Place>(here.page ? {} : here);
  if (!here.page && (here.session !== place.session || here.conversation !== place.conversation)) setPlace(here);
  const page = self && here.page;
  const workspace = useWorkspace(place.session);
  const { sessions, conversations, reloadFiles } = workspace;
  const [opened, setOpened] = useState<Opened>();
  const [failure, setFailure] = useState<Failure>();
  const [trying, setTrying] = useState(false);
  const [railOpen, setRailOpen] = useState(false);
  const [settings, setSettings] = useState(false);
  const [undoable, setUndone] = useState<{ id: string; label: string }>();
  const [lesson, setLesson] = useState<Lesson>();
  const teaching = useTeaching(place.session, setFailure);
  const chooser = useRef<HTMLInputElement>(null);
  const composer = useRef<ComposerHandle>(null);
  const removals = useRemovals(setFailure);
  const files = useMemo(() => workspace.files.filter((f) => !removals.has(f.id)), [workspace.files, removals]);
  const latest = sessions.items[0]?.id;
  const rights = useMemo(() => rightsOf(workspace.session?.role), [workspace.session?.role]);
  useDownloads(self !== undefined, setFailure);

  // The bare address goes on where one left off; "#/" is the empty page, to
  // which the brand and "New session" lead on purpose.
  useEffect(() => {
    if (latest && window.location.hash === "") go({ session: latest }, true);
  }, [latest, go]);

  // A session that is not there leads back to the start, with the reason.
  const { gone } = workspace;
  useEffect(() => {
    if (!gone) return;
    setFailure(gone);
    go({}, true);
  }, [gone, go]);

  useEffect(() => {
    if (!page) document.title = workspace.session?.name ? `${workspace.session.name} · tabletalk` : "tabletalk";
  }, [workspace.session, page]);

  const reloadConversations = conversations.reload;
  const onAnswer = useCallback(
    (a: Answer) => {
      if (a.conversation_id) go({ session: a.session_id || place.session!, conversation: a.conversation_id }, true);
      reloadConversations();
    },
    [go, place.session, reloadConversations],
  );
  const thread = useThread({ session: place.session, conversation: place.conversation, onAnswer, onJudged: teaching.taught.reload });

  const reloadSessions = sessions.reload;
  const onUploaded = useCallback(
    (r: UploadResult) => {
      setFailure(undefined);
      if (r.session_id && r.session_id !== place.session) go({ session: r.session_id });
      reloadFiles();
      reloadSessions();
    },
    [reloadSessions, reloadFiles, place.session, go],
  );
  const uploading = useUploads(place.session, onUploaded);
  const startUpload = uploading.start;

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
    attempt(filesAPI.samples().then(onUploaded).finally(() => setTrying(false)));
  };

  const goTo = (session: string | undefined, conversation?: string) => {
    setRailOpen(false);
    go({ ...(session ? { session } : {}), ...(conversation ? { conversation } : {}) });
  };

  // What is about to go is gone for a question that is asked meanwhile.
  const { ask } = thread;
  const { flush } = removals;
  const askNow = useCallback((q: string, edits?: string) => void flush().then(() => ask(q, edits)), [flush, ask]);

  const showFile = useCallback((file: SourceFile) => {
    const t = file.tables?.[0];
    if (t) setOpened({ table: t.id, tab: "Receipt" });
    else if (file.error) setFailure(failureOfFile(file));
  }, []);
  const showTable = useCallback((t: Table) => {
    setRailOpen(false);
    setOpened((o) => ({ table: t.id, tab: o?.tab ?? "Columns" }));
  }, []);
  const removeFile = (file: SourceFile) => {
    if (file.tables?.some((t) => t.id === opened?.table)) setOpened(undefined);
    removals.remove({ id: file.id, label: (file.tables?.length ?? 0) > 1 ? `${file.name} is removed with its ${file.tables.length} tables` : `${file.name} is removed`, commit: () => filesAPI.remove(file.id), after: reloadFiles });
  };

  // A changed file has new tables; the one of the same name is shown, and the
  // change can be taken back for a while.
  const changed = (c: Changed, name: string) => {
    const table = c.file.tables.find((t) => t.name === name) ?? c.file.tables[0];
    setOpened((o) => table && o && { ...o, table: table.id });
    reloadFiles();
    setUndone({ id: c.file.id, label: `Questions now see version ${c.file.version ?? ""} of ${c.file.name}` });
  };

  const shown = useMemo(() => {
    for (const file of files) {
      const table = file.tables?.find((t) => t.id === opened?.table);
      if (table) return { file, table };
    }
    return undefined;
  }, [files, opened]);

  const firstTable = files.find((f) => f.status === "completed" && (f.tables?.length ?? 0) > 0)?.tables[0];
  const history = useMemo(() => thread.turns.map((t) => t.question).filter((q, i, all) => q && q !== all[i - 1]), [thread.turns]);
  const reading = files.some((f) => f.status === "processing" || f.status === "pending");
  const edit = useCallback((question: string, edits?: string) => composer.current?.write(question, edits), []);
  const addFiles = () => void (rights.edit && chooser.current?.click());

  useShortcuts({
    "/": () => composer.current?.focus(),
    "?": () => setSettings(true),
    j: () => nextAnswer(1),
    k: () => nextAnswer(-1),
    n: () => place.session && rights.edit && goTo(place.session),
    u: addFiles,
    t: () => (shown ? setOpened(undefined) : firstTable && showTable(firstTable)),
  });

  const rail = (
    <Rail
      sessions={sessions}
      session={workspace.session}
      files={files}
      conversations={{ ...conversations, items: conversations.items.filter((c) => !removals.has(c.id)) }}
      conversation={place.conversation}
      table={shown?.table.id}
      onSession={(id) => goTo(id)}
      onRenameSession={(s, name) => attempt(sessionsAPI.rename(s.id, name), reloadSessions)}
      onExtendSession={(s) => attempt(sessionsAPI.extend(s.id), reloadSessions)}
      onDeleteSession={(s) => attempt(sessionsAPI.remove(s.id), () => { reloadSessions(); if (s.id === place.session) goTo(undefined); })}
      onConversation={(id) => goTo(place.session, id)}
      onRenameConversation={(c, name) => attempt(conversationsAPI.rename(c.session_id, c.id, name), reloadConversations)}
      onDeleteConversation={(c) => {
        if (c.id === place.conversation) goTo(place.session);
        removals.remove({ id: c.id, label: `“${c.name || "Untitled"}” is deleted`, commit: () => conversationsAPI.remove(c.session_id, c.id), after: reloadConversations });
      }}
      onTable={showTable}
      onFile={showFile}
      onRemoveFile={removeFile}
      onAddFiles={addFiles}
      onSettings={() => setSettings(true)}
      onHome={() => setRailOpen(false)}
      onFailure={setFailure}
      taught={teaching.taught.items.length}
      onTeach={firstTable ? () => setLesson({}) : undefined}
    />
  );

  const trouble = failure ?? workspace.failure ?? thread.failure;
  return (
    <RightsContext value={rights}>
    <div className={`app ${shown && !page ? "with-panel" : ""}`}>
      <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>(".composer textarea, main button")?.focus(); }}>Skip to the conversation</a>
      <nav className={`rail ${railOpen ? "open" : ""}`} aria-label="Your data">{rail}</nav>
      {railOpen && <button type="button" className="scrim" aria-label="Close the menu" onClick={() => setRailOpen(false)} />}
      <main id="main">
        <div className="topbar">
          <IconButton label="Menu" icon={icons.menu} onClick={() => setRailOpen(true)} />
          <span className="clip grow"><bdi>{workspace.session?.name || "tabletalk"}</bdi></span>
          <IconButton label="New conversation" icon={icons.plus} disabled={!place.session} onClick={() => goTo(place.session)} />
        </div>
        {workspace.session && !page && (
          <Ending
            key={workspace.session.id}
            session={workspace.session}
            files={files}
            told={workspace.ending}
            onExtend={rights.own ? () => attempt(sessionsAPI.extend(workspace.session!.id), reloadSessions) : undefined}
            onEnded={reloadFiles}
          />
        )}
        <div className="scroll">
          {trouble && (
            <div className="page-trouble">
              <Trouble failure={trouble}>
                <button type="button" className="link" onClick={() => { setFailure(undefined); reloadSessions(); reloadFiles(); }}>{failure ? "Dismiss" : "Try again"}</button>
              </Trouble>
            </div>
          )}
          {page && self ? (
            <Suspense fallback={<p className="muted center pad" role="status">Loading…</p>}><Account page={page} self={self} onBack={() => go(place)} /></Suspense>
          ) : thread.turns.length > 0 ? (
            <Thread thread={thread} onAsk={askNow} onEdit={edit} onTeach={setLesson} />
          ) : thread.loading || !sessions.ready ? (
            <p className="muted center pad" role="status">Loading…</p>
          ) : place.session && firstTable ? (
            <Start session={place.session} files={files} onAsk={askNow} onTable={showTable} />
          ) : reading ? (
            <p className="muted center pad" role="status">Reading your file…</p>
          ) : (
            <Welcome onChoose={addFiles} onSamples={trySamples} trying={trying} />
          )}
        </div>
        <div className="dock">
          <Removed removals={removals} />
          {undoable && (
            <Undoable
              label={undoable.label}
              onUndo={() => { setUndone(undefined); attempt(filesAPI.undo(undoable.id), reloadFiles); }}
              onClose={() => setUndone(undefined)}
            />
          )}
          <Uploads uploading={uploading} files={workspace.files} progress={workspace.progress} onReceipt={showFile} />
          {page ? null : !rights.edit ? (
            place.session && <p className="looking muted">{icons.info}<span>You may look at this session, and change nothing. Its owner can make you an editor.</span></p>
          ) : firstTable && (
            <Composer
              handle={composer}
              session={place.session}
              conversation={place.conversation}
              busy={thread.busy}
              history={history}
              placeholder={thread.turns.length > 0 ? "Ask on, like “only in 2024”" : "Ask about your data"}
              onAsk={askNow}
              onCancel={thread.cancel}
              onHelp={() => setSettings(true)}
            />
          )}
        </div>
      </main>
      {shown && opened && !page && (
        <Late><TablePanel
          table={shown.table}
          profiling={workspace.progress.get(shown.table.id)}
          file={shown.file}
          tab={opened.tab}
          onTab={(tab) => setOpened({ ...opened, tab })}
          onClose={() => setOpened(undefined)}
          onRemove={() => removeFile(shown.file)}
          onTable={(t) => setOpened({ table: t.id, tab: opened.tab })}
          onChanged={(c) => changed(c, shown.table.name)}
          onReload={reloadFiles}
          teaching={teaching}
          onTeach={setLesson}
        /></Late>
      )}
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
      {rights.edit && !page && <DropArea onFiles={startUpload} />}
      {lesson && place.session && (
        <Late><Taught
          session={place.session}
          teaching={teaching}
          tables={files.flatMap((f) => f.tables ?? [])}
          lesson={lesson}
          removals={removals}
          onTaught={(l) => {
            // What was asked can be asked again, now that the word means something.
            if (!l.question) return;
            setLesson(undefined);
            edit(l.question);
          }}
          onClose={() => setLesson(undefined)}
        /></Late>
      )}
      {settings && <Late><Settings onClose={() => setSettings(false)} /></Late>}
    </div>
    </RightsContext>
  );
}

function failureOfFile(file: SourceFile): Failure {
  const e = file.error;
  return new Failure({ status: 422, code: e?.code ?? "failed", detail: `${file.name}: ${e?.message ?? "could not be read."}`, ...(e?.hint ? { hint: e.hint } : {}) });
}

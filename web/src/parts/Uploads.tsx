import { useEffect, useRef, useState } from "react";
import { jobs } from "../api/client";
import type { SourceFile } from "../api/types";
import { bytes, count, plural } from "../lib/format";
import type { Progress } from "../state/useWorkspace";
import type { Removals } from "../state/useRemovals";
import type { Left, Uploading, UploadState } from "../state/useUploads";
import { IconButton, Trouble } from "./basics";
import { icons } from "./icons";
import { isLocked, Unlock } from "./Unlock";

function title({ sources }: UploadState): string {
  const first = sources[0]?.name ?? "";
  return sources.length === 1 ? first : `${first} and ${plural(sources.length - 1, "other file")}`;
}

function outcome(file: SourceFile): string {
  const rows = (file.tables ?? []).reduce((n, t) => n + t.rows, 0);
  const rejected = file.receipt?.rows_rejected ?? 0;
  const tables = file.tables?.length ?? 0;
  const what = tables > 1 ? `${plural(tables, "table")}, ${plural(rows, "row")}` : plural(rows, "row");
  return rejected > 0 ? `${what} read, ${count(rejected)} rejected` : `${what} read`;
}

const stages: Record<string, string> = {
  unpack: "Unpacking it", decode: "Reading its letters", scan: "Looking through it", load: "Reading it", statistics: "Counting what it holds", profile: "Looking at it closely",
};

/** What the reading is at, with how many rows of how many. */
function stageOf(p: Progress | undefined, otherwise: string): string {
  const says = (p && stages[p.stage]) ?? otherwise;
  return p?.stage === "load" && p.total > 0 ? `${says}: ${count(p.done)} of ${plural(p.total, "row")}` : says;
}

function Going({ upload, progress }: { upload: UploadState; progress: ReadonlyMap<string, Progress> }) {
  const read = upload.sources.map((f) => progress.get(f.name)).find((p) => p !== undefined);
  const percent = upload.total === 0 ? 0 : Math.min(100, (100 * upload.sent) / upload.total);
  return (
    <>
      <div className="row">
        {icons.upload}
        <span className="grow clip"><bdi>{title(upload)}</bdi></span>
        <button type="button" className="link" onClick={upload.cancel}>Cancel</button>
      </div>
      <progress max={100} value={!upload.reading ? percent : read && read.total > 0 ? (100 * read.done) / read.total : undefined} aria-label={`Uploading ${title(upload)}`} />
      <p className="muted small">{upload.reading ? `${stageOf(read, "Reading")}…` : `${bytes(upload.sent)} of ${bytes(upload.total)}${upload.waiting ? "; the connection is lost, trying again…" : ""}`}</p>
    </>
  );
}

/** How far a file is read that is read in the background, with a way to stop. */
export function Reading({ name, progress }: { name: string; progress: Progress | undefined }) {
  const percent = progress && progress.total > 0 ? (100 * progress.done) / progress.total : undefined;
  const job = progress?.job;
  return (
    <div className="row reading">
      <progress max={100} value={percent} aria-label={`${progress?.stage === "profile" ? "Looking closely at" : "Reading"} ${name}`} />
      <span className="muted small">{stageOf(progress, "Waiting")}</span>
      {job && <button type="button" className="link" onClick={() => void jobs.cancel(job).catch(() => undefined)}>Cancel</button>}
    </div>
  );
}

interface DoneProps {
  upload: UploadState;
  files: readonly SourceFile[];
  progress: ReadonlyMap<string, Progress>;
  onReceipt: (f: SourceFile) => void;
  onOpen: (f: SourceFile, password: string) => void;
  onClose: () => void;
}

function Outcome({ file: f, progress, onOpen }: { file: SourceFile; progress: Progress | undefined; onOpen: (password: string) => void }) {
  if (f.status === "completed") return <p className="muted small">{outcome(f)}</p>;
  if (f.status !== "failed") return <Reading name={f.name} progress={progress ?? (f.job_id ? { stage: "", done: 0, total: 0, job: f.job_id } : undefined)} />;
  return (
    <>
      <p className="small wrap">{f.error?.message} <span className="muted">{f.error?.hint}</span></p>
      {isLocked(f.error?.code) && <Unlock name={f.name} onOpen={onOpen} />}
    </>
  );
}

function Done({ upload, files, progress, onReceipt, onOpen, onClose }: DoneProps) {
  // What was read since is known better by the list of files.
  const list = (upload.files ?? []).map((f) => ({ sent: f, now: files.find((known) => known.id === f.id) ?? f }));
  return (
    <div className="row top">
      <ul className="grow outcomes">
        {list.map(({ sent, now: f }) => (
          <li key={f.id || f.name} className={f.status === "failed" ? "failed" : ""}>
            {f.status === "failed" ? icons.warn : icons.check}
            <div className="grow clip">
              <p className="clip" title={f.name}><bdi>{f.name}</bdi></p>
              <Outcome file={f} progress={progress.get(f.id)} onOpen={(password) => onOpen(sent, password)} />
            </div>
            {f.status === "completed" && <button type="button" className="link" onClick={() => onReceipt(f)}>Receipt</button>}
          </li>
        ))}
      </ul>
      <IconButton label="Dismiss" icon={icons.close} onClick={onClose} />
    </div>
  );
}

function Failed({ upload: u, uploading }: { upload: UploadState; uploading: Uploading }) {
  const failure = u.failure!;
  return (
    <div className="row top">
      <div className="grow clip">
        <b className="clip"><bdi>{title(u)}</bdi></b>
        <Trouble failure={failure}>
          {failure.problem.code === "unreachable" && <button type="button" className="link" onClick={() => uploading.again(u)}>Try again</button>}
        </Trouble>
        {isLocked(failure.problem.code) && <Unlock name={title(u)} onOpen={(password) => uploading.again(u, undefined, password)} />}
      </div>
      <IconButton label="Dismiss" icon={icons.close} onClick={() => uploading.dismiss(u.key)} />
    </div>
  );
}

/** An upload that was begun before the page was left: the same file goes on where it stopped. */
function GoOn({ left, uploading }: { left: Left; uploading: Uploading }) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <div className="row">
        {icons.upload}
        <span className="grow clip"><bdi>{left.name}</bdi></span>
        <button type="button" className="button" onClick={() => chooser.current?.click()}>Choose it again</button>
        <IconButton label={`Give up ${left.name}`} icon={icons.close} onClick={() => uploading.giveUp(left)} />
      </div>
      <progress max={100} value={(100 * left.arrived) / left.size} aria-label={`Arrived of ${left.name}`} />
      <p className="muted small">
        {left.other
          ? "That is another file, or it was changed since. Choose the one that was begun, or give this up and upload the other one."
          : `${bytes(left.arrived)} of ${bytes(left.size)} arrived before the page was left. Choose the same file to go on.`}
      </p>
      <input ref={chooser} type="file" hidden aria-label={`Go on with ${left.name}`} onChange={(e) => { const f = e.target.files?.[0]; if (f) uploading.goOn(left, f); e.target.value = ""; }} />
    </>
  );
}

interface UploadsProps {
  uploading: Uploading;
  files: readonly SourceFile[];
  progress: ReadonlyMap<string, Progress>;
  onReceipt: (f: SourceFile) => void;
}

/** Uploads on their way, what became of the last ones, and those that can go on. */
export function Uploads({ uploading, files, progress, onReceipt }: UploadsProps) {
  return (
    <div className="tray" role="status" aria-label="Uploads">
      {uploading.left.map((u) => <div key={u.path} className="toast"><GoOn left={u} uploading={uploading} /></div>)}
      {uploading.uploads.map((u) => (
        <div key={u.key} className="toast">
          {u.failure ? (
            <Failed upload={u} uploading={uploading} />
          ) : u.files ? (
            <Done upload={u} files={files} progress={progress} onReceipt={onReceipt} onOpen={(f, password) => uploading.again(u, f, password)} onClose={() => uploading.dismiss(u.key)} />
          ) : (
            <Going upload={u} progress={progress} />
          )}
        </div>
      ))}
    </div>
  );
}

/** What was just removed, while it can still be undone. */
export function Removed({ removals }: { removals: Removals }) {
  return (
    <div className="tray" role="status" aria-label="Removed">
      {removals.pending.map((r) => (
        <div key={r.id} className="toast row">
          {icons.bin}
          <span className="grow clip"><bdi>{r.label}</bdi></span>
          <button type="button" className="button" onClick={() => removals.undo(r.id)}>{icons.undo}Undo</button>
        </div>
      ))}
    </div>
  );
}

/** A change that was made and can be taken back. */
export function Undoable({ label, onUndo, onClose }: { label: string; onUndo: () => void; onClose: () => void }) {
  return (
    <div className="tray" role="status" aria-label="Changed">
      <div className="toast row">
        {icons.check}
        <span className="grow clip"><bdi>{label}</bdi></span>
        <button type="button" className="button" onClick={onUndo}>{icons.undo}Undo</button>
        <IconButton label="Dismiss" icon={icons.close} onClick={onClose} />
      </div>
    </div>
  );
}

/** Takes files that are dropped anywhere on the page. */
export function DropArea({ onFiles }: { onFiles: (files: File[]) => void }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const carries = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
    const enter = (e: DragEvent) => {
      if (!carries(e)) return;
      depth++;
      setOver(true);
    };
    const leave = (e: DragEvent) => {
      if (carries(e) && --depth <= 0) setOver(false);
    };
    const hover = (e: DragEvent) => carries(e) && e.preventDefault();
    const drop = (e: DragEvent) => {
      if (!carries(e)) return;
      e.preventDefault();
      depth = 0;
      setOver(false);
      onFiles([...(e.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", hover);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", hover);
      window.removeEventListener("drop", drop);
    };
  }, [onFiles]);
  if (!over) return null;
  return <div className="drop-over" aria-hidden="true"><div>{icons.upload}<p>Drop your files to ask about them</p></div></div>;
}

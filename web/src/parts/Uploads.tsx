import { useEffect, useState } from "react";
import { jobs } from "../api/client";
import type { SourceFile } from "../api/types";
import { bytes, count, plural } from "../lib/format";
import type { Progress } from "../state/useWorkspace";
import type { Removals } from "../state/useRemovals";
import type { UploadState } from "../state/useUploads";
import { IconButton, Trouble } from "./basics";
import { icons } from "./icons";

function title(names: string[]): string {
  return names.length === 1 ? names[0]! : `${names[0]} and ${plural(names.length - 1, "other file")}`;
}

function outcome(file: SourceFile): string {
  const rows = (file.tables ?? []).reduce((n, t) => n + t.rows, 0);
  const rejected = file.receipt?.rows_rejected ?? 0;
  const tables = file.tables?.length ?? 0;
  const what = tables > 1 ? `${plural(tables, "table")}, ${plural(rows, "row")}` : plural(rows, "row");
  return rejected > 0 ? `${what} read, ${count(rejected)} rejected` : `${what} read`;
}

const stages: Record<string, string> = { scan: "Looking through it", load: "Reading it", statistics: "Counting what it holds", profile: "Looking at it closely" };

function Going({ upload, progress }: { upload: UploadState; progress: ReadonlyMap<string, Progress> }) {
  const read = upload.names.map((n) => progress.get(n)).find((p) => p !== undefined);
  const percent = upload.total === 0 ? 0 : Math.min(100, (100 * upload.sent) / upload.total);
  return (
    <>
      <div className="row">
        {icons.upload}
        <span className="grow clip"><bdi>{title(upload.names)}</bdi></span>
        <button type="button" className="link" onClick={upload.cancel}>Cancel</button>
      </div>
      <progress max={100} value={!upload.reading ? percent : read && read.total > 0 ? (100 * read.done) / read.total : undefined} aria-label={`Uploading ${title(upload.names)}`} />
      <p className="muted small">{upload.reading ? `${(read && stages[read.stage]) ?? "Reading"}…` : `${bytes(upload.sent)} of ${bytes(upload.total)}${upload.waiting ? "; the connection is lost, trying again…" : ""}`}</p>
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
      <span className="muted small">{(progress && stages[progress.stage]) ?? "Waiting"}</span>
      {job && <button type="button" className="link" onClick={() => void jobs.cancel(job).catch(() => undefined)}>Cancel</button>}
    </div>
  );
}

type DoneProps = { upload: UploadState; files: readonly SourceFile[]; progress: ReadonlyMap<string, Progress>; onReceipt: (f: SourceFile) => void; onClose: () => void };

function Done({ upload, files, progress, onReceipt, onClose }: DoneProps) {
  // What was read since is known better by the list of files.
  const list = (upload.files ?? []).map((f) => files.find((now) => now.id === f.id) ?? f);
  return (
    <div className="row top">
      <ul className="grow outcomes">
        {list.map((f) => (
          <li key={f.id || f.name} className={f.status === "failed" ? "failed" : ""}>
            {f.status === "failed" ? icons.warn : icons.check}
            <div className="grow clip">
              <p className="clip" title={f.name}><bdi>{f.name}</bdi></p>
              {f.status === "failed" ? (
                <p className="small wrap">{f.error?.message} <span className="muted">{f.error?.hint}</span></p>
              ) : f.status === "completed" ? (
                <p className="muted small">{outcome(f)}</p>
              ) : (
                <Reading name={f.name} progress={progress.get(f.id) ?? (f.job_id ? { stage: "", done: 0, total: 0, job: f.job_id } : undefined)} />
              )}
            </div>
            {f.status === "completed" && <button type="button" className="link" onClick={() => onReceipt(f)}>Receipt</button>}
          </li>
        ))}
      </ul>
      <IconButton label="Dismiss" icon={icons.close} onClick={onClose} />
    </div>
  );
}

/** Uploads on their way and what became of the last ones. */
export function Uploads({ uploads, files, progress, onDismiss, onReceipt }: { uploads: UploadState[]; files: readonly SourceFile[]; progress: ReadonlyMap<string, Progress>; onDismiss: (key: string) => void; onReceipt: (f: SourceFile) => void }) {
  return (
    <div className="tray" role="status" aria-label="Uploads">
      {uploads.map((u) => (
        <div key={u.key} className="toast">
          {u.failure ? (
            <div className="row top">
              <div className="grow"><b className="clip"><bdi>{title(u.names)}</bdi></b><Trouble failure={u.failure} /></div>
              <IconButton label="Dismiss" icon={icons.close} onClick={() => onDismiss(u.key)} />
            </div>
          ) : u.files ? (
            <Done upload={u} files={files} progress={progress} onReceipt={onReceipt} onClose={() => onDismiss(u.key)} />
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

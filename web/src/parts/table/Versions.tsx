import { useRef, useState } from "react";
import { type Failure, failureOf, files as api } from "../../api/client";
import type { Changed, SourceFile, Table, Version, VersionKind } from "../../api/types";
import { bytes, plural, when } from "../../lib/format";
import { useRights } from "../../state/person";
import { useLoaded } from "../../state/useLoaded";
import { Menu, Trouble } from "../basics";
import { icons } from "../icons";
import { isLocked, Unlock } from "../Unlock";
import { Difference, DriftList } from "./Difference";

const kinds: Record<VersionKind, string> = { upload: "Uploaded", reread: "Read again", replace: "Replaced", append: "Rows appended" };

type Mode = "replace" | "append";

/** A file that was chosen for a new version, while it is tried. */
interface Trial {
  content: File;
  mode: Mode;
  password?: string;
  change?: Changed;
}

function Entry({ version: v, onRestore, onRemove }: { version: Version; onRestore: () => void; onRemove: () => void }) {
  const { edit } = useRights();
  const rows = v.tables.reduce((n, t) => n + t.rows, 0);
  return (
    <li>
      <div className="row top">
        <div className="grow">
          <p><b>Version {v.number}</b> {v.current && <span className="tag">questions see this one</span>}</p>
          <p className="muted small">{kinds[v.kind] ?? v.kind} {when(v.created_at)} · {plural(rows, "row")} · <bdi>{v.name}</bdi> · {bytes(v.size)}</p>
        </div>
        {edit && !v.current && (
          <Menu
            label={`Actions for version ${v.number}`}
            trigger={icons.more}
            items={[
              { label: "Bring it back", icon: icons.undo, onSelect: onRestore },
              { label: "Delete", icon: icons.bin, danger: true, onSelect: onRemove },
            ]}
          />
        )}
      </div>
      {v.drift.length > 0 && <DriftList drift={v.drift} />}
    </li>
  );
}

export interface VersionsProps {
  file: SourceFile;
  table: Table;
  onChanged: (c: Changed) => void;
  onReload: () => void;
}

/** The versions of a file: what they changed, bring one back, add the next. */
export function Versions({ file, table, onChanged, onReload }: VersionsProps) {
  const { edit } = useRights();
  const [tick, setTick] = useState(0);
  const list = useLoaded(`${file.id} ${file.version ?? 0} ${tick}`, () => api.versions(file.id));
  const [trial, setTrial] = useState<Trial>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const mode = useRef<Mode>("replace");

  const attempt = (work: Promise<unknown>, then: () => void) => {
    setBusy(true);
    setFailure(undefined);
    work.then(then, (err: unknown) => setFailure(failureOf(err))).finally(() => setBusy(false));
  };
  const send = (t: Trial, dryRun: boolean) => api.addVersion(file.id, t.content, { mode: t.mode, dryRun, ...(t.password ? { password: t.password } : {}), ...(t.mode === "append" ? { table: table.id } : {}) });
  const again = () => {
    setTick(tick + 1);
    onReload();
  };
  const choose = (m: Mode) => {
    mode.current = m;
    chooser.current?.click();
  };
  const tryOut = (content: File, password?: string) => {
    const t: Trial = { content, mode: mode.current, ...(password ? { password } : {}) };
    setTrial(t);
    attempt(send(t, true).then((change) => setTrial({ ...t, change })), () => undefined);
  };

  return (
    <div className="versions">
      {edit && (
        <div className="row wrap-row">
          <button type="button" className="button" disabled={busy} onClick={() => choose("replace")}>{icons.upload}Replace the rows…</button>
          <button type="button" className="button" disabled={busy} onClick={() => choose("append")}>{icons.plus}Append rows…</button>
        </div>
      )}
      <input ref={chooser} type="file" hidden aria-label="Choose the next version" onChange={(e) => { const f = e.target.files?.[0]; if (f) tryOut(f); e.target.value = ""; }} />
      {trial && (
        <section className="trial" aria-label="The next version">
          <p><b><bdi>{trial.content.name}</bdi></b> {trial.mode === "replace" ? "would replace the rows." : <>would be appended to <bdi>{table.name}</bdi>.</>}</p>
          {!trial.change && busy && <p className="muted" role="status">Reading it…</p>}
          {trial.change && <Difference change={trial.change} />}
          <div className="row end">
            <button type="button" className="button" onClick={() => { setTrial(undefined); setFailure(undefined); }}>Cancel</button>
            {trial.change && (
              <button type="button" className="button primary" disabled={busy} onClick={() => attempt(send(trial, false).then(onChanged), () => { setTrial(undefined); again(); })}>
                {trial.mode === "replace" ? "Replace them" : "Append them"}
              </button>
            )}
          </div>
        </section>
      )}
      {failure && <Trouble failure={failure} />}
      {trial && isLocked(failure?.problem.code) && <Unlock name={trial.content.name} onOpen={(password) => tryOut(trial.content, password)} />}
      {list.failure && <Trouble failure={list.failure} />}
      {!list.value && !list.failure && <p className="muted" role="status">Loading…</p>}
      <ol className="version-list" aria-label="Versions">
        {list.value?.map((v) => (
          <Entry key={v.number} version={v} onRestore={() => attempt(api.restore(file.id, v.number), again)} onRemove={() => attempt(api.removeVersion(file.id, v.number), again)} />
        ))}
      </ol>
    </div>
  );
}

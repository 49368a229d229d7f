import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { type Failure, failureOf, files as api } from "../../api/client";
import type { Changed, ColumnType, SourceFile } from "../../api/types";
import { columnsOf, decisionsOf, delimiters, type Draft, draftOf, encodings, formats, isText, sheetsOf, types } from "../../lib/decisions";
import { count } from "../../lib/format";
import { Trouble } from "../basics";
import { isLocked } from "../Unlock";
import { Difference } from "./Difference";

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return <div className="pair"><label htmlFor={id}>{label}</label>{children(id)}</div>;
}

interface Part {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

function Choice({ label, value, found, list, onChange }: { label: string; value: string; found?: string | undefined; list: readonly (readonly [string, string])[]; onChange: (v: string) => void }) {
  return (
    <Field label={label}>
      {(id) => (
        <select id={id} className="field" value={value} onChange={(e) => onChange(e.target.value)}>
          <option value="">{found ? `as found: ${found}` : "as found"}</option>
          {list.map(([v, name]) => <option key={v} value={v}>{name}</option>)}
        </select>
      )}
    </Field>
  );
}

function Text({ label, value, hint, numeric, onChange }: { label: string; value: string; hint: string; numeric?: boolean; onChange: (v: string) => void }) {
  return <Field label={label}>{(id) => <input id={id} className="field" value={value} placeholder={hint} inputMode={numeric ? "numeric" : undefined} maxLength={200} onChange={(e) => onChange(e.target.value)} />}</Field>;
}

/** How the lines of a text file are cut. */
function Lines({ file, draft, set }: Part & { file: SourceFile }) {
  const r = file.receipt;
  const delimiter = delimiters.find(([d]) => d === r?.delimiter)?.[1] ?? r?.delimiter;
  return (
    <>
      <Choice label="Encoding" value={draft.encoding} found={r?.encoding} list={encodings.map((e) => [e, e] as const)} onChange={(encoding) => set({ encoding })} />
      <Choice label="Text that was encoded twice" value={draft.twice} found="mended" list={[["mend", "mend, Ã© is é"], ["keep", "keep as it stands"]]} onChange={(twice) => set({ twice })} />
      <Choice label="Delimiter" value={draft.delimiter} found={delimiter} list={delimiters} onChange={(delimiter) => set({ delimiter })} />
      <Choice label="Quote" value={draft.quote} found={r?.quote} list={[['"', 'double, "'], ["'", "single, '"]]} onChange={(quote) => set({ quote })} />
      <Choice label="Tables below one another" value={draft.tables} list={[["one", "one table"], ["several", "one behind every blank line"]]} onChange={(tables) => set({ tables })} />
      <Text label="Comment lines begin with" value={draft.comment} hint="none" onChange={(comment) => set({ comment })} />
    </>
  );
}

function Sheets({ file, draft, set }: Part & { file: SourceFile }) {
  const sheets = sheetsOf(file.receipt);
  if (sheets.length === 0 && !draft.sheet) return null;
  return (
    <>
      <Choice label="Only the sheet" value={draft.sheet} found="all" list={[...new Set([...sheets, draft.sheet])].filter(Boolean).map((s) => [s, s] as const)} onChange={(sheet) => set({ sheet })} />
      <Text label="Only the range" value={draft.range} hint="A3:F120" onChange={(range) => set({ range })} />
    </>
  );
}

function Values({ draft, set }: Part) {
  return (
    <>
      <Choice label="Dates like 03/04/2024" value={draft.dateOrder} list={[["day_first", "day first"], ["month_first", "month first"]]} onChange={(dateOrder) => set({ dateOrder })} />
      <Choice label="Decimal mark" value={draft.decimalMark} list={[["point", "point, 1,234.50"], ["comma", "comma, 1.234,50"]]} onChange={(decimalMark) => set({ decimalMark })} />
      <Field label="Words for no value">
        {(id) => <input id={id} className="field" value={draft.nulls ?? ""} placeholder="the usual ones; or n/a, -, unknown" onChange={(e) => set({ nulls: e.target.value === "" ? undefined : e.target.value })} />}
      </Field>
      <label className="switch"><input type="checkbox" checked={draft.keepTotals} onChange={(e) => set({ keepTotals: e.target.checked })} />Keep a last row that sums up the others</label>
    </>
  );
}

const typesAtOnce = 60;
const fewTypes = 12;

/** Those that are decided stay in sight; of the others as many as were asked for. */
function shownTypes<C extends { name: string }>(found: readonly C[], most: number, decided: Draft["types"]): C[] {
  return found.filter((c, i) => i < most || decided[c.name]);
}

function Types({ file, draft, set }: Part & { file: SourceFile }) {
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(typesAtOnce);
  const columns = useMemo(() => columnsOf(file.tables), [file.tables]);
  const changed = Object.values(draft.types).filter(Boolean).length;
  const found = columns.filter((c) => c.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const shown = shownTypes(found, most, draft.types);
  return (
    <details className="more">
      <summary>Types of columns{changed > 0 ? ` (${changed} decided)` : ""}</summary>
      {columns.length > fewTypes && (
        <input
          type="search"
          className="field find"
          aria-label="Find a column to decide about"
          placeholder={`Find one of ${count(columns.length)} columns`}
          value={wanted}
          onChange={(e) => setWanted(e.target.value)}
          // The form is not meant to be sent from here.
          onKeyDown={(e) => e.key === "Enter" && e.preventDefault()}
        />
      )}
      <div className="types">
        {shown.map((c) => (
          <Choice
            key={c.name}
            label={c.name}
            value={draft.types[c.name] ?? ""}
            found={c.type}
            list={typeChoices}
            onChange={(t) => set({ types: { ...draft.types, [c.name]: t as ColumnType | "" } })}
          />
        ))}
      </div>
      {found.length === 0 && <p className="muted small" role="status">No column has that in its name.</p>}
      {shown.length < found.length && <button type="button" className="button" onClick={() => setMost(most + typesAtOnce)}>Show more of {count(found.length)}</button>}
    </details>
  );
}

const typeChoices = types.map((t) => [t, t] as const);

/** Of a file that only opens with one; it is asked for each time. */
function Password({ draft, set }: Part) {
  return <Field label="Password of the file">{(id) => <input id={id} type="password" className="field" autoComplete="off" maxLength={255} value={draft.password} onChange={(e) => set({ password: e.target.value })} />}</Field>;
}

const wasLocked = (file: SourceFile) => file.receipt?.notes.some((n) => n.code === "decrypted") ?? false;

/** Corrects how a file was read: decided here, tried, and then read again. */
export function Correct({ file, onChanged, onClose }: { file: SourceFile; onChanged: (c: Changed) => void; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(file.decisions));
  const [tried, setTried] = useState<Changed>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const latest = useRef(0);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.scrollIntoView({ block: "start" });
    form.current?.querySelector("select")?.focus({ preventScroll: true });
  }, []);
  const set = (change: Partial<Draft>) => {
    setDraft((d) => ({ ...d, ...change }));
    setTried(undefined);
    latest.current++;
  };

  const read = (dryRun: boolean) => {
    const asked = ++latest.current;
    setBusy(true);
    setFailure(undefined);
    api
      .reread(file.id, decisionsOf(draft), dryRun)
      .then((c) => {
        if (!dryRun) onChanged(c);
        else if (asked === latest.current) setTried(c);
      })
      .catch((err: unknown) => setFailure(failureOf(err)))
      .finally(() => setBusy(false));
  };

  return (
    <form
      ref={form}
      className="correct"
      aria-label="Correct how the file is read"
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy) read(tried === undefined);
      }}
    >
      <Choice label="Format" value={draft.format} found={file.receipt?.format} list={formats.map((f) => [f, f] as const)} onChange={(format) => set({ format })} />
      {isText(file.receipt) && <Lines file={file} draft={draft} set={set} />}
      {(wasLocked(file) || isLocked(failure?.problem.code)) && <Password draft={draft} set={set} />}
      <Sheets file={file} draft={draft} set={set} />
      {/json/.test(file.receipt?.format ?? "") && <Choice label="Arrays of objects" value={draft.arrays} list={[["tables", "tables of their own"], ["text", "JSON text"]]} onChange={(arrays) => set({ arrays })} />}
      <Text label="Header row" value={draft.header} numeric hint={`as found: ${file.receipt?.header_row ? file.receipt.header_row : "none"}; 0 for none`} onChange={(header) => set({ header })} />
      <Text label="Rows of the header" value={draft.headerRows} numeric hint="as found" onChange={(headerRows) => set({ headerRows })} />
      <Text label="Rows to skip first" value={draft.skip} numeric hint="none" onChange={(skip) => set({ skip })} />
      <Values draft={draft} set={set} />
      <Types file={file} draft={draft} set={set} />
      {failure && <Trouble failure={failure} />}
      {tried && <Difference change={tried} />}
      <div className="row end sticky">
        <button type="button" className="button" onClick={onClose}>Cancel</button>
        {tried ? (
          <button type="submit" className="button primary" disabled={busy}>Read it like this</button>
        ) : (
          <button type="submit" className="button primary" disabled={busy}>{busy ? "Trying…" : "Try it"}</button>
        )}
      </div>
    </form>
  );
}

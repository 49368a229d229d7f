import { type ReactNode, useEffect, useId, useState } from "react";
import { type Failure, failureOf, tables } from "../api/client";
import type { Column, ColumnProfile, Grid, Receipt, SourceFile, Table } from "../api/types";
import { bytes, clip, count, formatter, plural, title } from "../lib/format";
import type { Cell } from "../lib/json";
import { exportFormats } from "./Answer";
import { Confirm, Dialog, IconButton, Menu, Trouble } from "./basics";
import { DataTable } from "./DataTable";
import { icons } from "./icons";

const typeIcons: Record<string, ReactNode> = {
  integer: icons.hash, float: icons.hash, decimal: icons.hash, string: icons.letters, boolean: icons.toggle,
  date: icons.calendar, datetime: icons.calendar, time: icons.clock,
};
const roleIcons: Record<string, ReactNode> = { id: icons.key, geo: icons.place, url: icons.link };

export function TypeIcon({ column }: { column: Pick<Column, "type" | "role"> }) {
  const says = column.role ? `${column.type}, ${column.role}` : column.type;
  return <span className="type" title={says}>{(column.role && roleIcons[column.role]) ?? typeIcons[column.type] ?? icons.letters}</span>;
}

interface Loaded<T> {
  value?: T;
  failure?: Failure;
}

/** Loads once for a key; what comes for an earlier key is dropped. */
function useLoaded<T>(key: string, wanted: boolean, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Loaded<T> & { key?: string }>({});
  const fresh = state.key === key;
  useEffect(() => {
    if (!wanted || fresh) return;
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ key, value }),
      (err: unknown) => !abort.signal.aborted && setState({ key, failure: failureOf(err) }),
    );
    return () => abort.abort();
    // The key says what is loaded; a new function for the same key is no reason.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, wanted, fresh]);
  return fresh ? state : {};
}

function shown(column: Pick<Column, "name" | "type" | "unit">, v: Cell | undefined): string {
  if (v === null || v === undefined) return "–";
  return clip(formatter({ name: column.name, type: column.type, unit: column.unit ?? null }, [v])(v));
}

function share(part: number, whole: number): string {
  return new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: part / whole < 0.01 ? 2 : 0 }).format(whole === 0 ? 0 : part / whole);
}

function Histogram({ column, bins, min, max }: { column: Column; bins: NonNullable<ColumnProfile["histogram"]>; min: Cell | undefined; max: Cell | undefined }) {
  const most = Math.max(1, ...bins.map((b) => b.rows));
  const width = 240 / bins.length;
  return (
    <figure className="histogram">
      <svg viewBox="0 0 240 48" preserveAspectRatio="none" role="img" aria-label={`How ${column.name} is spread`}>
        {bins.map((b, i) => {
          const height = b.rows === 0 ? 0 : Math.max(1.5, (46 * b.rows) / most);
          return (
            <rect key={i} x={i * width + 0.5} y={48 - height} width={Math.max(0.5, width - 1)} height={height}>
              <title>{`${shown(column, b.from)} to ${shown(column, b.to)}: ${plural(b.rows, "row")}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption><span>{shown(column, min ?? bins[0]?.from)}</span><span>{shown(column, max ?? bins.at(-1)?.to)}</span></figcaption>
    </figure>
  );
}

function TopValues({ column, top, rows }: { column: Column; top: { value: Cell; rows: number }[]; rows: number }) {
  const most = Math.max(1, ...top.map((t) => t.rows));
  return (
    <ul className="top-values" aria-label={`Most frequent values of ${column.name}`}>
      {top.slice(0, 6).map((t, i) => (
        <li key={i}>
          <span className="bar" style={{ width: `${(100 * t.rows) / most}%` }} />
          <span className="clip grow" title={title(t.value)}>{t.value === null ? "–" : shown(column, t.value)}</span>
          <span className="muted">{share(t.rows, rows)}</span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ column, profile, rows }: { column: Column; profile: ColumnProfile | undefined; rows: number }) {
  const stats = profile ?? column.stats;
  if (!stats) return null;
  const at = profile?.quantiles;
  const quantiles = at ? ([["5%", at.p5], ["25%", at.p25], ["Median", at.p50], ["75%", at.p75], ["95%", at.p95]] as const) : [];
  return (
    <dl className="facts inline">
      <div><dt>Distinct</dt><dd>{count(stats.distinct)}</dd></div>
      <div><dt>Missing</dt><dd>{stats.nulls === 0 ? "none" : `${count(stats.nulls)} (${share(stats.nulls, rows)})`}</dd></div>
      {stats.min !== undefined && stats.min !== null && <div><dt>Min</dt><dd title={title(stats.min)}>{shown(column, stats.min)}</dd></div>}
      {quantiles.map(([name, v]) => <div key={name}><dt>{name}</dt><dd title={title(v)}>{shown(column, v)}</dd></div>)}
      {stats.max !== undefined && stats.max !== null && <div><dt>Max</dt><dd title={title(stats.max)}>{shown(column, stats.max)}</dd></div>}
      {stats.mean !== undefined && stats.mean !== null && <div><dt>Mean</dt><dd title={String(stats.mean)}>{shown({ ...column, type: "float" }, stats.mean)}</dd></div>}
      {profile?.lengths && <div><dt>Length</dt><dd>{profile.lengths.min === profile.lengths.max ? count(profile.lengths.min) : `${count(profile.lengths.min)} to ${count(profile.lengths.max)}`}</dd></div>}
    </dl>
  );
}

/** Values that say something: of a key, or where a histogram says more, they do not. */
function telling(column: Column, stats: { distinct: number } | undefined, spread: boolean): boolean {
  const few = (stats?.distinct ?? 0) <= 12;
  return few || (column.role !== "id" && !spread);
}

function ColumnCard({ column, profile, rows }: { column: Column; profile: ColumnProfile | undefined; rows: number }) {
  const top = profile?.top ?? column.stats?.top;
  const bins = profile?.histogram;
  const spread = Boolean(bins && bins.length > 1);
  const stats = profile ?? column.stats;
  return (
    <li className="column">
      <div className="column-name">
        <TypeIcon column={column} />
        <b className="clip" title={column.name}>{column.name}</b>
        <span className="muted small">{column.type}{column.unit ? ` · ${column.unit}` : ""}</span>
        {column.role && <span className="tag" title={column.role_reason}>{column.role}</span>}
      </div>
      <Facts column={column} profile={profile} rows={rows} />
      {bins && spread && <Histogram column={column} bins={bins} min={stats?.min} max={stats?.max} />}
      {top && top.length > 0 && telling(column, stats, spread) && <TopValues column={column} top={top} rows={rows} />}
    </li>
  );
}

const manyColumns = 12;
const columnsAtOnce = 60;

function Columns({ table }: { table: Table }) {
  const profile = useLoaded(`${table.id} ${table.profiled}`, true, (signal) => tables.profile(table.id, signal));
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(columnsAtOnce);
  const byName = new Map(profile.value?.columns?.map((c) => [c.name, c]));
  const found = table.columns.filter((c) => c.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <>
      {table.columns.length > manyColumns && (
        <input type="search" className="field find" aria-label="Find a column" placeholder={`Find one of ${count(table.columns.length)} columns`} value={wanted} onChange={(e) => setWanted(e.target.value)} />
      )}
      {!profile.value && !profile.failure && <p className="muted small" role="status">Loading the profile…</p>}
      <ul className="columns">
        {found.slice(0, most).map((c) => <ColumnCard key={c.name} column={c} profile={byName.get(c.name)} rows={table.rows} />)}
      </ul>
      {found.length === 0 && <p className="muted">No column has that in its name.</p>}
      {found.length > most && <button type="button" className="button" onClick={() => setMost(most + columnsAtOnce)}>Show more of {count(found.length)}</button>}
    </>
  );
}

function Preview({ table }: { table: Table }) {
  const preview = useLoaded<Grid>(table.id, true, (signal) => tables.preview(table.id, signal));
  if (preview.failure) return <Trouble failure={preview.failure} />;
  if (!preview.value) return <p className="muted" role="status">Loading rows…</p>;
  return (
    <>
      <DataTable grid={preview.value} label={`First rows of ${table.name}`} tall />
      <p className="small muted">The first {count(preview.value.rows.length)} of {plural(table.rows, "row")}.</p>
    </>
  );
}

const delimiters: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space" };

function Rejected({ receipt }: { receipt: Receipt }) {
  const list = receipt.rejected ?? [];
  if (receipt.rows_rejected === 0) return null;
  return (
    <section>
      <h3>Rejected rows</h3>
      <p className="muted small">
        {list.length < receipt.rows_rejected ? `The first ${count(list.length)} of ${count(receipt.rows_rejected)}.` : "These rows were left out."}
      </p>
      <ul className="rejects">
        {list.map((r, i) => (
          <li key={i}>
            <span className="tag">line {count(r.line)}</span> {r.column && <b>{r.column}: </b>}{r.reason}
            {r.text && <pre className="code"><code>{r.text}</code></pre>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ReceiptView({ file }: { file: SourceFile }) {
  const r = file.receipt;
  if (!r) return <p className="muted">There is no receipt for this file.</p>;
  return (
    <div className="receipt">
      <dl className="facts">
        <div><dt>File</dt><dd>{file.name} · {bytes(file.size)}{r.format ? ` · ${r.format}` : ""}</dd></div>
        <div><dt>Rows read</dt><dd>{count(r.rows_read)}</dd></div>
        <div><dt>Rows rejected</dt><dd className={r.rows_rejected > 0 ? "warn" : undefined}>{r.rows_rejected === 0 ? "none" : count(r.rows_rejected)}</dd></div>
        {r.encoding && <div><dt>Encoding</dt><dd>{r.encoding}</dd></div>}
        {r.delimiter && <div><dt>Delimiter</dt><dd>{delimiters[r.delimiter] ?? r.delimiter}</dd></div>}
        <div><dt>Header</dt><dd>{r.header_row > 0 ? `line ${r.header_row}` : "none; columns were named"}{r.header_reason ? ` (${r.header_reason})` : ""}</dd></div>
      </dl>
      {r.notes.length > 0 && (
        <section>
          <h3>Notes</h3>
          <ul className="notes">{r.notes.map((n, i) => <li key={i}>{icons.info}<span>{n.text}</span></li>)}</ul>
        </section>
      )}
      <Rejected receipt={r} />
    </div>
  );
}

const tabs = ["Columns", "Rows", "Receipt"] as const;
export type TableTab = (typeof tabs)[number];

/** A table in full: what its columns hold, its first rows, how its file was read. */
export function TablePanel({ table, file, start, onClose, onRemove }: { table: Table; file: SourceFile; start: TableTab; onClose: () => void; onRemove: () => void }) {
  const [tab, setTab] = useState<TableTab>(start);
  const [removing, setRemoving] = useState(false);
  const id = useId();
  const move = (by: number) => {
    const next = tabs.at((tabs.indexOf(tab) + by) % tabs.length)!;
    setTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <Dialog label={`Table ${table.name}`} onClose={onClose} className="sheet">
      <header>
        <div className="grow clip">
          <h2 className="clip" title={table.name}>{table.name}</h2>
          <p className="muted small clip">{plural(table.rows, "row")} · {plural(table.columns.length, "column")} · from {file.name}</p>
        </div>
        <Menu label="Export table" trigger={icons.download} items={exportFormats.map(([format, label]) => ({ label, href: tables.exportLink(table.id, format) }))} />
        <IconButton label="Remove this file" icon={icons.bin} onClick={() => setRemoving(true)} />
        <IconButton label="Close" icon={icons.close} onClick={onClose} />
      </header>
      <div role="tablist" aria-label="About the table" className="tabs" onKeyDown={(e) => (e.key === "ArrowRight" ? move(1) : e.key === "ArrowLeft" ? move(-1) : undefined)}>
        {tabs.map((t) => (
          <button key={t} id={`${id}-${t}`} type="button" role="tab" aria-selected={t === tab} aria-controls={`${id}-panel`} tabIndex={t === tab ? 0 : -1} onClick={() => setTab(t)}>
            {t}
            {t === "Receipt" && (file.receipt?.rows_rejected ?? 0) > 0 && <span className="dot" title="Some rows were rejected" />}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${tab}`} className="sheet-body" tabIndex={0}>
        {tab === "Columns" && <Columns table={table} />}
        {tab === "Rows" && <Preview table={table} />}
        {tab === "Receipt" && <ReceiptView file={file} />}
      </div>
      {removing && (
        <Confirm
          title={`Remove ${file.name}?`}
          text={file.tables.length > 1 ? `Its ${file.tables.length} tables go with it. Answers already given stay.` : "Its table goes with it. Answers already given stay."}
          action="Remove"
          onConfirm={onRemove}
          onClose={() => setRemoving(false)}
        />
      )}
    </Dialog>
  );
}

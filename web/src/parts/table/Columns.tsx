import { useState } from "react";
import { failureOf, type Failure, jobs, model, tables } from "../../api/client";
import type { Aggregate, Column, ColumnProfile, Table, Written } from "../../api/types";
import { clip, count, formatter, plural, share, title } from "../../lib/format";
import type { Cell } from "../../lib/json";
import { useRights } from "../../state/person";
import { useLoaded } from "../../state/useLoaded";
import type { Teaching } from "../../state/useTeaching";
import type { Progress } from "../../state/useWorkspace";
import { Menu, type MenuItem, Trouble } from "../basics";
import { icons } from "../icons";
import { Write, WrittenText } from "../Model";
import type { Lesson } from "../teach/TeachForm";
import { Reading } from "../Uploads";
import { Overview } from "./Overview";
import { TypeIcon } from "./TypeIcon";

function shown(column: Pick<Column, "name" | "type" | "unit">, v: Cell | undefined): string {
  if (v === null || v === undefined) return "–";
  return clip(formatter({ name: column.name, type: column.type, unit: column.unit ?? null }, [v])(v));
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
          <span className="clip grow" title={title(t.value)}><bdi>{t.value === null ? "–" : shown(column, t.value)}</bdi></span>
          <span className="muted" title={plural(t.rows, "row")}>{share(t.rows, rows)}</span>
        </li>
      ))}
    </ul>
  );
}

type Fact = readonly [name: string, says: string, full?: string];

/** What is worth a line at a glance; the quantiles wait below. */
function glance(column: Column, profile: ColumnProfile | undefined, spread: boolean, rows: number): Fact[] {
  const stats = profile ?? column.stats;
  if (!stats) return [];
  const facts: Fact[] = [["Distinct", count(stats.distinct)], ["Missing", stats.nulls === 0 ? "none" : `${count(stats.nulls)} (${share(stats.nulls, rows)})`]];
  const add = (name: string, v: Cell | undefined, c = column) => v !== undefined && v !== null && facts.push([name, shown(c, v), title(v)]);
  // Under a histogram both ends are written already.
  if (!spread && stats.distinct > 1 && column.type !== "string") {
    add("Least", stats.min);
    add("Most", stats.max);
  }
  add("Median", profile?.quantiles?.p50);
  add("Mean", stats.mean, { ...column, type: "float" });
  const l = profile?.lengths;
  if (l) facts.push(["Length", l.min === l.max ? count(l.min) : `${count(l.min)} to ${count(l.max)}`]);
  return facts;
}

function Facts({ list }: { list: Fact[] }) {
  return (
    <dl className="facts inline">
      {list.map(([name, says, full]) => <div key={name}><dt>{name}</dt><dd title={full}>{says}</dd></div>)}
    </dl>
  );
}

function Quantiles({ column, profile }: { column: Column; profile: ColumnProfile | undefined }) {
  const at = profile?.quantiles;
  if (!at) return null;
  const list = ([["5%", at.p5], ["25%", at.p25], ["50%", at.p50], ["75%", at.p75], ["95%", at.p95]] as const).map(([name, v]): Fact => [name, shown(column, v), title(v)]);
  return (
    <details className="more">
      <summary>Quantiles</summary>
      <Facts list={list} />
    </details>
  );
}

/** Values that say something: of a key, or where a histogram says more, they do not. */
function telling(column: Column, stats: { distinct: number } | undefined, spread: boolean): boolean {
  const few = (stats?.distinct ?? 0) <= 12;
  return few || (column.role !== "id" && !spread);
}

const aggregates: [Aggregate, string, string][] = [["sum", "Sum it up", "summed up"], ["avg", "Average it", "averaged"], ["median", "Give its median", "median"]];
const numbers = new Set(["integer", "float", "decimal"]);

/** What can be taught about a column, and what was. */
function ColumnTeaching({ table, column, teaching, onTeach }: { table: Table; column: Column; teaching: Teaching; onTeach: (l: Lesson) => void }) {
  const known = teaching.ofColumn(table.name, column.name);
  const names = teaching.namesOf(table.name, column.name);
  const items: MenuItem[] = [
    { label: "Another name…", icon: icons.pen, onSelect: () => onTeach({ table: table.name, column: column.name }) },
    ...(numbers.has(column.type)
      ? aggregates.map(([a, label]) => ({
          label, current: known?.aggregate === a, detail: "where a question does not say",
          // Choosing what is chosen takes it back.
          onSelect: () => teaching.setColumn(table.name, column.name, known?.aggregate === a ? withoutAggregate : { aggregate: a }),
        }))
      : []),
    known?.hidden
      ? { label: "Ask about it again", icon: icons.undo, onSelect: () => teaching.setColumn(table.name, column.name, { hidden: false }) }
      : { label: "Leave out of questions", icon: icons.close, onSelect: () => teaching.setColumn(table.name, column.name, { hidden: true }) },
    { label: "Never send to a language model", icon: icons.key, current: known?.private === true, onSelect: () => teaching.setColumn(table.name, column.name, { private: !known?.private }) },
  ];
  return (
    <>
      {known?.hidden && <span className="tag">left out</span>}
      {known?.private && <span className="tag" title="Never sent to a language model">private</span>}
      {known?.aggregate && <span className="tag">{aggregates.find(([a]) => a === known.aggregate)?.[2] ?? known.aggregate}</span>}
      {names.length > 0 && <span className="tag clip" title={names.join(", ")}>also <bdi>{names[0]}</bdi>{names.length > 1 ? ` +${names.length - 1}` : ""}</span>}
      <Menu label={`Teach about ${column.name}`} trigger={icons.more} items={items} />
    </>
  );
}

// An empty aggregate takes it back; the type knows only those that exist.
const withoutAggregate = { aggregate: "" as Aggregate };

interface ColumnProps {
  table: Table;
  teaching: Teaching;
  onTeach: (l: Lesson) => void;
}

interface ColumnsProps extends ColumnProps {
  session: string;
  /** Of the job that looks closely at the table, as far as it was told. */
  profiling: Progress | undefined;
}

function Patterns({ profile, rows }: { profile: ColumnProfile | undefined; rows: number }) {
  const list = profile?.patterns ?? [];
  if (list.length === 0 || (list.length === 1 && (profile?.distinct ?? 0) <= 1)) return null;
  return (
    <p className="muted small patterns" title="A stands for a capital letter, a for a small one, 9 for a digit">
      Looks like {list.slice(0, 3).map((p, i) => <span key={i}><code>{clip(p.pattern)}</code> {share(p.rows, rows)} </span>)}
    </p>
  );
}

function ColumnCard({ table, column, profile, teaching, onTeach }: ColumnProps & { column: Column; profile: ColumnProfile | undefined }) {
  const { rows } = table;
  const { edit } = useRights();
  const top = profile?.top ?? column.stats?.top;
  const bins = profile?.histogram;
  const spread = Boolean(bins && bins.length > 1);
  const stats = profile ?? column.stats;
  return (
    <li className="column">
      <div className="column-name">
        <TypeIcon column={column} />
        <b className="clip" title={column.name}><bdi>{column.name}</bdi></b>
        <span className="muted small">{column.type}{column.unit ? ` · ${column.unit}` : ""}</span>
        <span className="grow" />
        {column.role && <span className="tag" title={column.role_reason}>{column.role}</span>}
        {edit && <ColumnTeaching table={table} column={column} teaching={teaching} onTeach={onTeach} />}
      </div>
      <Facts list={glance(column, profile, spread, rows)} />
      {bins && spread && <Histogram column={column} bins={bins} min={stats?.min} max={stats?.max} />}
      {top && top.length > 0 && telling(column, stats, spread) && <TopValues column={column} top={top} rows={rows} />}
      <Patterns profile={profile} rows={rows} />
      <Quantiles column={column} profile={profile} />
    </li>
  );
}

/** What becomes of the profile of a table that has none yet: a large one waits for a job, which may have been ended. */
function Profiling({ session, table, profiling }: { session: string; table: Table; profiling: Progress | undefined }) {
  const { edit } = useRights();
  const [asked, setAsked] = useState(0);
  const [failure, setFailure] = useState<Failure>();
  const known = useLoaded(`${table.id} ${asked} ${profiling === undefined}`, async (signal) => (await jobs.latest(session, signal)).find((j) => j.table_id === table.id) ?? null);
  const job = known.value ?? undefined;
  const open = job?.status === "pending" || job?.status === "running";
  const ended = job?.status === "cancelled" || job?.status === "failed";
  if (profiling || open) return <Reading name={table.name} progress={profiling ?? { stage: job!.stage, done: job!.done, total: job!.total, job: job!.id }} />;
  if (!ended) return <p className="muted small" role="status">The table is being looked at closely…</p>;
  const again = () => void tables.profileAgain(table.id).then(() => setAsked(asked + 1), (err: unknown) => setFailure(failureOf(err)));
  return (
    <div role="status">
      <p className="muted small">The table was not looked at closely: {job.status === "cancelled" ? "that was cancelled." : job.error?.message} {edit && <button type="button" className="link" onClick={again}>Do it now</button>}</p>
      {failure && <Trouble failure={failure} />}
    </div>
  );
}

const manyColumns = 12;
const columnsAtOnce = 60;

export function Columns({ session, table, profiling, teaching, onTeach }: ColumnsProps) {
  const profile = useLoaded(`${table.id} ${table.profiled}`, (signal) => tables.profile(table.id, signal));
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(columnsAtOnce);
  const [described, setDescribed] = useState<{ table: string; written: Written }>();
  const byName = new Map(profile.value?.columns?.map((c) => [c.name, c]));
  const found = table.columns.filter((c) => c.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <>
      {table.columns.length > manyColumns && (
        <input type="search" className="field find" aria-label="Find a column" placeholder={`Find one of ${count(table.columns.length)} columns`} value={wanted} onChange={(e) => setWanted(e.target.value)} />
      )}
      {!profile.value && !profile.failure && <p className="muted small" role="status">Loading the profile…</p>}
      {table.profiled === false && <Profiling key={table.id} session={session} table={table} profiling={profiling} />}
      {described?.table === table.id ? <WrittenText written={described.written} /> : <div className="chips"><Write session={session} label="Describe the columns" work={() => model.describeColumns(session, table.name)} onWritten={(written) => setDescribed({ table: table.id, written })} /></div>}
      {wanted === "" && <Overview table={table} profile={profile.value} />}
      <ul className="columns">
        {found.slice(0, most).map((c) => <ColumnCard key={c.name} table={table} column={c} profile={byName.get(c.name)} teaching={teaching} onTeach={onTeach} />)}
      </ul>
      {found.length === 0 && <p className="muted">No column has that in its name.</p>}
      {found.length > most && <button type="button" className="button" onClick={() => setMost(most + columnsAtOnce)}>Show more of {count(found.length)}</button>}
    </>
  );
}

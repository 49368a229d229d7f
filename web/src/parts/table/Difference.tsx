import type { Changed, Drift, FileState } from "../../api/types";
import { driftInWords } from "../../lib/decisions";
import { count, plural } from "../../lib/format";
import { DataTable } from "../DataTable";

export function DriftList({ drift }: { drift: readonly Drift[] }) {
  if (drift.length === 0) return <p className="muted small">Tables, columns and types stay as they are.</p>;
  return (
    <ul className="drift" aria-label="What differs">
      {drift.slice(0, 40).map((d, i) => (
        <li key={i} className={d.change}><b><bdi>{d.column ?? d.table}</bdi></b> {driftInWords(d)}</li>
      ))}
      {drift.length > 40 && <li>and {count(drift.length - 40)} more</li>}
    </ul>
  );
}

const rowsShown = 6;

function State({ title, state }: { title: string; state: FileState }) {
  return (
    <section>
      <h4>{title}</h4>
      <p className="muted small">
        {state.receipt ? `${plural(state.receipt.rows_read, "row")} read, ${state.receipt.rows_rejected === 0 ? "none" : count(state.receipt.rows_rejected)} rejected` : ""}
      </p>
      {state.tables.slice(0, 4).map((t) => (
        <div key={t.id || t.name}>
          {state.tables.length > 1 && <p className="small"><bdi>{t.name}</bdi> · {plural(t.row_count, "row")}</p>}
          <DataTable grid={{ columns: t.columns, rows: t.rows.slice(0, rowsShown) }} label={`${title}: ${t.name}`} />
        </div>
      ))}
      {state.tables.length > 4 && <p className="muted small">and {plural(state.tables.length - 4, "more table")}</p>}
    </section>
  );
}

/** What a change would make of a file: in words, and the first rows before and after. */
export function Difference({ change }: { change: Changed }) {
  return (
    <div className="difference" role="region" aria-label="What would change">
      <DriftList drift={change.drift} />
      {change.before && <State title="Now" state={change.before} />}
      {change.after && <State title="Then" state={change.after} />}
    </div>
  );
}

import type { ReactNode } from "react";
import { tables } from "../../api/client";
import type { Profile, Table } from "../../api/types";
import { count, plural } from "../../lib/format";
import { useLoaded } from "../../state/useLoaded";
import { icons } from "../icons";

const mostWarnings = 12;
const fewest = 0.5; // a correlation that is worth a line

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Warnings({ list }: { list: NonNullable<Profile["warnings"]> }) {
  if (list.length === 0) return null;
  return (
    <>
      <ul className="notes">{list.slice(0, mostWarnings).map((w, i) => <li key={i} className="warn">{icons.warn}<span>{w.text}</span></li>)}</ul>
      {list.length > mostWarnings && <p className="muted small">and {count(list.length - mostWarnings)} more</p>}
    </>
  );
}

/** Which columns have no value in the same rows. */
function Missing({ list }: { list: NonNullable<Profile["missing"]> }) {
  return (
    <ul>
      {list.slice(0, 5).map((m, i) => <li key={i}>{plural(m.rows, "row")} without <bdi>{m.columns.slice(0, 4).join(" and ")}</bdi>{m.columns.length > 4 ? ` and ${plural(m.columns.length - 4, "other column")}` : ""}</li>)}
      {list.length > 5 && <li className="muted">and {plural(list.length - 5, "rarer combination")}</li>}
    </ul>
  );
}

/** Columns whose numbers rise, or fall, with one another. */
function Together({ list }: { list: NonNullable<Profile["correlations"]> }) {
  return (
    <ul>
      {list.slice(0, 5).map((c, i) => (
        <li key={i} title={`correlation ${c.r.toFixed(2)}`}><bdi>{c.a}</bdi> {c.r > 0 ? "rises" : "falls"} with <bdi>{c.b}</bdi> <span className="muted">({c.r.toFixed(2)})</span></li>
      ))}
    </ul>
  );
}

/** What there is to know about the table as a whole, in words. */
export function Overview({ table, profile }: { table: Table; profile: Profile | undefined }) {
  const found = useLoaded(`${table.session_id} ${table.id}`, (signal) => tables.joins(table.session_id, signal));
  const joins = (found.value ?? []).filter((j) => j.many.table === table.name || j.one.table === table.name);
  const warnings = profile?.warnings ?? [];
  const keys = (profile?.keys ?? []).map((k) => k.columns.join(" + "));
  const missing = profile?.missing ?? [];
  const together = (profile?.correlations ?? []).filter((c) => Math.abs(c.r) >= fewest);
  if (warnings.length + keys.length + missing.length + together.length + joins.length === 0) return null;
  return (
    <section className="overview" aria-label="About the table">
      <Warnings list={warnings} />
      <dl className="facts">
        {keys.length > 0 && <Fact name="Names each row"><bdi>{keys.slice(0, 4).join(", or ")}</bdi></Fact>}
        {joins.length > 0 && <Fact name="Belongs to others"><ul>{joins.map((j) => <li key={j.says}><bdi>{j.says}</bdi></li>)}</ul></Fact>}
        {missing.length > 0 && <Fact name="Missing"><Missing list={missing} /></Fact>}
        {together.length > 0 && <Fact name="Go together"><Together list={together} /></Fact>}
      </dl>
    </section>
  );
}

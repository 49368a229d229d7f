import { useEffect, useState } from "react";
import { type Failure, failureOf, tables } from "../../api/client";
import type { Grid, Table } from "../../api/types";
import { count, plural } from "../../lib/format";
import { Trouble } from "../basics";
import { DataTable } from "../DataTable";

const atOnce = 200;
const mostRows = 20_000;

/** The rows of a table from its first on; more are loaded when asked for. */
export function Rows({ table }: { table: Table }) {
  const [grid, setGrid] = useState<Grid>();
  const [failure, setFailure] = useState<Failure>();
  const [wanted, setWanted] = useState(atOnce);
  const have = grid?.rows.length ?? 0;
  const loading = have < Math.min(wanted, table.rows) && !failure;

  useEffect(() => {
    if (grid && !loading) return;
    const abort = new AbortController();
    tables.preview(table.id, have, atOnce, abort.signal).then(
      (next) => setGrid((g) => ({ columns: next.columns, rows: [...(g?.rows ?? []), ...next.rows] })),
      (err: unknown) => !abort.signal.aborted && setFailure(failureOf(err)),
    );
    return () => abort.abort();
    // A further page begins where the last one ended.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [table.id, have, loading]);

  if (failure) return <Trouble failure={failure} />;
  if (!grid) return <p className="muted" role="status">Loading rows…</p>;
  return (
    <>
      <DataTable grid={grid} label={`First rows of ${table.name}`} tall />
      <p className="row small muted">
        <span className="grow">{have < table.rows ? `The first ${count(have)} of ${plural(table.rows, "row")}.` : `All ${plural(have, "row")}.`}</span>
        {have < table.rows && have < mostRows && <button type="button" className="link" disabled={loading} onClick={() => setWanted(have + atOnce)}>{loading ? "Loading…" : `Show ${count(atOnce)} more`}</button>}
      </p>
    </>
  );
}

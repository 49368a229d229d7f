import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useMemo, useRef, useState } from "react";
import type { Grid, Plan } from "../api/types";
import { clip, count, formatter, type Formatter, keyOf, showsNames, title, unitBeside } from "../lib/format";
import type { Cell } from "../lib/json";
import { sorted, type Sorting, turned } from "../lib/sort";

const rowHeight = 34;
const manyRows = 60;
const mostColumns = 200;
const numericTypes = new Set(["integer", "float", "decimal"]);

interface ColumnView {
  name: string;
  unit: string | undefined;
  numeric: boolean;
  show: Formatter;
  /** In the width of a digit, so that columns keep it while rows come and go. */
  width: number;
}

function view(grid: Grid, plan: Plan | undefined): ColumnView[] {
  const sample = grid.rows.slice(0, 2000);
  return grid.columns.slice(0, mostColumns).map((c, i) => {
    const values = sample.map((r) => r[i] ?? null);
    const key = keyOf(plan, c.name);
    const show = formatter(c, values, key);
    const longest = values.reduce<number>((n, v) => Math.max(n, v === null ? 1 : show(v).length), c.name.length + 1);
    return { name: c.name, unit: unitBeside(c.unit), numeric: numericTypes.has(c.type) && !showsNames(key), show, width: Math.min(Math.max(longest, 6), 48) + 4 };
  });
}

export function NoValue() {
  return <span className="null" title="No value">–<span className="offscreen">no value</span></span>;
}

const Row = memo(function Row({ cells, columns, index }: { cells: Cell[]; columns: ColumnView[]; index: number }) {
  return (
    <tr aria-rowindex={index + 2}>
      {columns.map((c, i) => {
        const v = cells[i] ?? null;
        return (
          <td key={i} className={c.numeric ? "num" : undefined} title={v === null ? undefined : title(v)}>
            {v === null ? <NoValue /> : clip(c.show(v))}
          </td>
        );
      })}
    </tr>
  );
});

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return <tr aria-hidden="true" className="gap"><td colSpan={columns} style={{ height }} /></tr>;
}

/** The name of a column; where rows can be put in order, a button that does it. */
function Head({ column: c, by, onSort }: { column: ColumnView; by: boolean | undefined; onSort: (() => void) | undefined }) {
  const name = <>{c.name}{c.unit && <span className="unit"> {c.unit}</span>}</>;
  const order = by === undefined ? undefined : by ? "descending" : "ascending";
  return (
    <th scope="col" className={c.numeric ? "num" : undefined} title={c.name} aria-sort={order}>
      {onSort ? <button type="button" onClick={onSort}>{name}{order && <span aria-hidden="true">{by ? " ↓" : " ↑"}</span>}</button> : name}
    </th>
  );
}

interface DataTableProps {
  grid: Grid;
  label: string;
  plan?: Plan | undefined;
  tall?: boolean;
  /** All rows are here, so that they can be put in another order. */
  whole?: boolean;
}

/** Rows under columns. Of a long table only what is in sight is in the page. */
export function DataTable({ grid, label, plan, tall = false, whole = false }: DataTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => view(grid, plan), [grid, plan]);
  const [by, setBy] = useState<Sorting>();
  const rows = useMemo(() => sorted(grid.rows, by), [grid, by]);
  const long = rows.length > manyRows;
  const virtual = useVirtualizer({ count: long ? grid.rows.length : 0, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12 });
  const inSight = virtual.getVirtualItems();
  const total = columns.reduce((n, c) => n + c.width, 0);
  const hidden = grid.columns.length - columns.length;
  return (
    <>
      <div ref={box} className={`grid ${tall ? "tall" : ""}`} role="region" aria-label={label} tabIndex={0}>
        <table aria-rowcount={grid.rows.length + 1} style={{ minWidth: `${total}ch` }}>
          <colgroup>{columns.map((c, i) => <col key={i} style={{ width: `${(100 * c.width) / total}%` }} />)}</colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((c, i) => <Head key={i} column={c} by={by?.column === i ? by.down : undefined} onSort={whole && rows.length > 1 ? () => setBy(turned(by, i, c.numeric)) : undefined} />)}
            </tr>
          </thead>
          <tbody>
            {long ? (
              <>
                <Gap height={inSight[0]?.start ?? 0} columns={columns.length} />
                {inSight.map((item) => <Row key={item.key} index={item.index} cells={rows[item.index]!} columns={columns} />)}
                <Gap height={virtual.getTotalSize() - (inSight.at(-1)?.end ?? 0)} columns={columns.length} />
              </>
            ) : (
              rows.map((r, i) => <Row key={i} index={i} cells={r} columns={columns} />)
            )}
          </tbody>
        </table>
        {grid.rows.length === 0 && <p className="muted center">No rows.</p>}
      </div>
      {hidden > 0 && <p className="small muted">The first {count(columns.length)} of {count(grid.columns.length)} columns are shown. The export has them all.</p>}
    </>
  );
}

import { useEffect, useRef, useState } from "react";
import type { Changed, LeftOut, Note, Part, Receipt, SourceFile, Table } from "../../api/types";
import { delimiters } from "../../lib/decisions";
import { bytes, count, plural } from "../../lib/format";
import { useRights } from "../../state/person";
import { icons } from "../icons";
import { Correct } from "./Correct";

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
            <span className="tag">line {count(r.line)}</span> {r.column && <b><bdi>{r.column}</bdi>: </b>}{r.reason}
            {r.text && <pre className="code"><code dir="auto">{r.text}</code></pre>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where a table of a workbook or an archive stood. */
function place(p: Part): string {
  return [p.file, p.sheet && `sheet ${p.sheet}`, p.range, p.line && `from line ${p.line}`].filter(Boolean).join(", ");
}

function Parts({ parts, current, tables, onTable }: { parts: Part[]; current: Table; tables: Table[]; onTable: (t: Table) => void }) {
  return (
    <section>
      <h3>{plural(parts.length, "table")} in this file</h3>
      <ul className="parts">
        {parts.map((p, i) => {
          const table = tables.find((t) => t.name === p.table);
          return (
            <li key={i} aria-current={p.table === current.name ? "true" : undefined}>
              <button type="button" className="grow clip" disabled={!table} onClick={() => table && onTable(table)}>
                <b className="clip"><bdi>{p.table}</bdi></b>
                <span className="muted small clip"><bdi>{place(p)}</bdi>{p.hidden ? " · hidden" : ""}{p.header_row > 0 ? ` · header in row ${p.header_row}` : " · no header"}</span>
              </button>
              <span className="muted small">{plural(p.rows, "row")}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Notes({ notes, onCorrect }: { notes: Note[]; onCorrect: (() => void) | undefined }) {
  if (notes.length === 0) return null;
  return (
    <section>
      <h3>Notes</h3>
      <ul className="notes">
        {notes.map((n, i) => (
          <li key={i}>{icons.info}<span>{n.text} {n.decision && onCorrect && <button type="button" className="link" onClick={onCorrect}>Change this</button>}</span></li>
        ))}
      </ul>
    </section>
  );
}

const lines: [keyof LeftOut, string][] = [["names", "of names"], ["above", "above the table"], ["blank", "blank"], ["comments", "of comments"], ["totals", "that sum up"]];

/** The lines of a text that are no rows: "1 of names, 2 blank". */
function leftOut(l: LeftOut): string {
  return lines.filter(([kind]) => l[kind]).map(([kind, says]) => `${count(l[kind]!)} ${says}`).join(", ");
}

const dateOrders: Record<string, string> = { day_first: "day first", month_first: "month first" };

function Summary({ file, receipt: r }: { file: SourceFile; receipt: Receipt }) {
  const several = (r.parts?.length ?? 0) > 0;
  return (
    <dl className="facts">
      <div><dt>File</dt><dd><bdi>{file.name}</bdi> · {bytes(file.size)}{r.format ? ` · ${r.format}` : ""}</dd></div>
      <div><dt>Rows read</dt><dd>{count(r.rows_read)}</dd></div>
      <div><dt>Rows rejected</dt><dd className={r.rows_rejected > 0 ? "warn" : undefined}>{r.rows_rejected === 0 ? "none" : count(r.rows_rejected)}</dd></div>
      {r.left_out && leftOut(r.left_out) && <div><dt>Other lines</dt><dd>{leftOut(r.left_out)}</dd></div>}
      {r.encoding && <div><dt>Encoding</dt><dd>{r.encoding}{r.mended ? ` · ${plural(r.mended, "piece")} of text mended` : ""}</dd></div>}
      {r.delimiter && <div><dt>Delimiter</dt><dd>{delimiters.find(([d]) => d === r.delimiter)?.[1] ?? r.delimiter}</dd></div>}
      {r.date_order && <div><dt>Dates in digits</dt><dd>{dateOrders[r.date_order] ?? r.date_order}</dd></div>}
      {!several && <div><dt>Header</dt><dd>{r.header_row > 0 ? `line ${r.header_row}` : "none; columns were named"}{r.header_reason ? ` (${r.header_reason})` : ""}</dd></div>}
    </dl>
  );
}

export interface ReceiptViewProps {
  file: SourceFile;
  table: Table;
  onTable: (t: Table) => void;
  onChanged: (c: Changed) => void;
}

/** How a file was read, what was repaired or left out, and a way to correct it. */
export function ReceiptView({ file, table, onTable, onChanged }: ReceiptViewProps) {
  const [correcting, setCorrecting] = useState(false);
  const { edit } = useRights();
  const button = useRef<HTMLButtonElement>(null);
  // The form takes the focus, and gives it back.
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !correcting) button.current?.focus();
    was.current = correcting;
  }, [correcting]);
  const r = file.receipt;
  if (!r) return <p className="muted">There is no receipt for this file.</p>;
  const correct = edit && file.rereads && !correcting ? () => setCorrecting(true) : undefined;
  return (
    <div className="receipt">
      <Summary file={file} receipt={r} />
      {correct && <p className="pad-top"><button ref={button} type="button" className="button" onClick={correct}>{icons.pen}Correct how it is read</button></p>}
      {edit && !file.rereads && <p className="muted small pad-top">This version cannot be read in another way: rows were appended to it, or what was uploaded is not kept. An earlier version may be; see Versions.</p>}
      {correcting && <Correct file={file} onClose={() => setCorrecting(false)} onChanged={(c) => { setCorrecting(false); onChanged(c); }} />}
      {(r.parts?.length ?? 0) > 0 && <Parts parts={r.parts ?? []} current={table} tables={file.tables} onTable={onTable} />}
      <Notes notes={r.notes} onCorrect={correct} />
      <Rejected receipt={r} />
    </div>
  );
}

import type { Receipt, SourceFile } from "../../api/types";
import { bytes, count } from "../../lib/format";
import { icons } from "../icons";

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
            <span className="tag">line {count(r.line)}</span> {r.column && <b><bdi>{r.column}</bdi>: </b>}{r.reason}
            {r.text && <pre className="code"><code dir="auto">{r.text}</code></pre>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ReceiptView({ file }: { file: SourceFile }) {
  const r = file.receipt;
  if (!r) return <p className="muted">There is no receipt for this file.</p>;
  return (
    <div className="receipt">
      <dl className="facts">
        <div><dt>File</dt><dd><bdi>{file.name}</bdi> · {bytes(file.size)}{r.format ? ` · ${r.format}` : ""}</dd></div>
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

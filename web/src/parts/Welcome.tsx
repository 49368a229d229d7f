import { useEffect, useState } from "react";
import { model, questions } from "../api/client";
import type { SourceFile, Table } from "../api/types";
import { plural } from "../lib/format";
import { useRights } from "../state/person";
import { icons } from "./icons";
import { Write } from "./Model";

/** The first screen: nothing is here yet, and two ways to change that. */
export function Welcome({ onChoose, onSamples, trying }: { onChoose: () => void; onSamples: () => void; trying: boolean }) {
  return (
    <section className="welcome" aria-labelledby="welcome-title">
      <h1 id="welcome-title">Ask your files in your own words</h1>
      <p className="sub">Drop in a spreadsheet or CSV and ask. You get the number, the table and the chart, with how the question was read, what was assumed, and the SQL that computed it.</p>
      <button type="button" className="drop-zone" onClick={onChoose}>
        <span className="drop-icon">{icons.upload}</span>
        <b>Drop files here, or choose them</b>
        <span className="muted">CSV, Excel, OpenDocument, JSON or Parquet, also zipped, and several at once.<br />They stay on this server.</span>
      </button>
      <p className="or"><span>or</span></p>
      <button type="button" className="button large" onClick={onSamples} disabled={trying}>
        {trying ? <span className="spinner" aria-hidden="true" /> : icons.table}Try with sample data
      </button>
    </section>
  );
}

function useSuggested(session: string, version: string): string[] | undefined {
  const [list, setList] = useState<string[]>();
  useEffect(() => {
    const abort = new AbortController();
    questions.suggest(session, undefined, "", abort.signal).then(setList, () => !abort.signal.aborted && setList([]));
    return () => abort.abort();
  }, [session, version]);
  return list;
}

/** A session with tables and no question yet. */
export function Start({ session, files, onAsk, onTable }: { session: string; files: SourceFile[]; onAsk: (q: string) => void; onTable: (t: Table) => void }) {
  const { edit } = useRights();
  const tables = files.flatMap((f) => (f.status === "completed" ? (f.tables ?? []) : []));
  const known = useSuggested(session, tables.map((t) => t.id).join(" "));
  const [written, setWritten] = useState<{ session: string; items: string[] }>();
  const list = written?.session === session ? written.items : known;
  return (
    <section className="begin" aria-labelledby="start-title">
      <h1 id="start-title">{edit ? "What would you like to know?" : "What is shared with you"}</h1>
      {!edit && <p className="sub">You may look at these tables, and at what others asked about them.</p>}
      <div className="table-cards">
        {tables.slice(0, 6).map((t) => (
          <button key={t.id} type="button" className="table-card" onClick={() => onTable(t)}>
            {icons.table}
            <span className="clip"><b className="clip"><bdi>{t.name}</bdi></b><span className="muted small">{plural(t.rows, "row")} · {plural(t.columns.length, "column")}</span></span>
          </button>
        ))}
      </div>
      {edit && list && list.length > 0 && (
        <ul className="examples" aria-label="Suggested questions">
          {list.slice(0, 6).map((q) => <li key={q}><button type="button" onClick={() => onAsk(q)}><span className="grow">{q}</span>{icons.send}</button></li>)}
        </ul>
      )}
      {edit && tables.length > 0 && <div className="chips center"><Write session={session} label="Suggest others" work={() => model.suggestQuestions(session)} onWritten={(w) => setWritten({ session, items: w.items ?? [] })} /></div>}
    </section>
  );
}

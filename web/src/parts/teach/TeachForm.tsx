import { type FormEvent, useId, useState } from "react";
import { type Failure, failureOf } from "../../api/client";
import type { Meaning, Table } from "../../api/types";
import { Trouble } from "../basics";

type Kind = "synonym" | "metric" | "filter" | "forbidden";

const kinds: [Kind, string][] = [
  ["synonym", "is another name for"],
  ["metric", "is computed as"],
  ["filter", "means only the rows where"],
  ["forbidden", "never means"],
];

/** What a form begins with. */
export interface Lesson {
  phrase?: string;
  table?: string;
  column?: string;
  /** The question that was not understood, to be asked again. */
  question?: string;
}

function example(kind: Kind, table: Table | undefined): string {
  const columns = table?.columns ?? [];
  const measure = columns.find((c) => c.role === "measure")?.name ?? "amount";
  const id = columns.find((c) => c.role === "id")?.name ?? "id";
  const word = columns.find((c) => c.role === "dimension");
  if (kind === "metric") return `sum(${quoted(measure)}) / count(distinct ${quoted(id)})`;
  return `${quoted(word?.name ?? "region")} = '${String(word?.stats?.top?.[0]?.value ?? "North").replaceAll("'", "''")}'`;
}

/** A name as the text of a plan writes it. */
function quoted(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function meaningOf(kind: Kind, phrase: string, table: string, column: string, text: string, everywhere: boolean): Meaning {
  const m: Meaning = { kind, phrase, table, scope: everywhere ? "workspace" : "session" };
  if (kind === "metric" || kind === "filter") m.text = text;
  else if (column) m.column = column;
  return m;
}

/** Teaches a word: another name, a metric, a filter, or what it never means. */
export function TeachForm({ lesson, tables, onTeach, onDone }: { lesson: Lesson; tables: Table[]; onTeach: (m: Meaning) => Promise<void>; onDone: () => void }) {
  const id = useId();
  const [kind, setKind] = useState<Kind>("synonym");
  const [phrase, setPhrase] = useState(lesson.phrase ?? "");
  const [tableName, setTable] = useState(lesson.table ?? tables[0]?.name ?? "");
  const [column, setColumn] = useState(lesson.column ?? "");
  const [text, setText] = useState("");
  const [everywhere, setEverywhere] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const table = tables.find((t) => t.name === tableName);
  const computed = kind === "metric" || kind === "filter";
  const whole = phrase.trim() !== "" && (computed ? text.trim() !== "" : kind === "synonym" || column !== "");

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!whole || busy) return;
    setBusy(true);
    onTeach(meaningOf(kind, phrase.trim(), tableName, column, text.trim(), everywhere)).then(onDone, (err: unknown) => {
      setFailure(failureOf(err));
      setBusy(false);
    });
  };

  return (
    <form className="teach" onSubmit={submit}>
      <div className="pair">
        <label htmlFor={`${id}-phrase`}>The word or phrase</label>
        <input id={`${id}-phrase`} className="field" value={phrase} maxLength={200} data-focus={lesson.phrase ? undefined : ""} placeholder="turnover" onChange={(e) => setPhrase(e.target.value)} dir="auto" />
      </div>
      <div className="pair">
        <label htmlFor={`${id}-kind`}>Meaning</label>
        <select id={`${id}-kind`} className="field" data-focus={lesson.phrase ? "" : undefined} value={kind} onChange={(e) => setKind(e.target.value as Kind)}>
          {kinds.map(([k, label]) => <option key={k} value={k}>{label}</option>)}
        </select>
      </div>
      {tables.length > 1 && (
        <div className="pair">
          <label htmlFor={`${id}-table`}>Table</label>
          <select id={`${id}-table`} className="field" value={tableName} onChange={(e) => { setTable(e.target.value); setColumn(""); }}>
            {tables.map((t) => <option key={t.id} value={t.name}>{t.name}</option>)}
          </select>
        </div>
      )}
      {computed ? (
        <div className="pair">
          <label htmlFor={`${id}-text`}>{kind === "metric" ? "Computed as" : "Rows where"}</label>
          <input id={`${id}-text`} className="field code-field" value={text} maxLength={2000} spellCheck={false} placeholder={example(kind, table)} onChange={(e) => setText(e.target.value)} />
        </div>
      ) : (
        <div className="pair">
          <label htmlFor={`${id}-column`}>Column</label>
          <select id={`${id}-column`} className="field" value={column} onChange={(e) => setColumn(e.target.value)}>
            {kind === "synonym" ? <option value="">(the table itself)</option> : <option value="">choose one</option>}
            {table?.columns.map((c) => <option key={c.name} value={c.name}>{c.name}</option>)}
          </select>
        </div>
      )}
      <label className="switch"><input type="checkbox" checked={everywhere} onChange={(e) => setEverywhere(e.target.checked)} />In all sessions, not only in this one</label>
      {failure && <Trouble failure={failure} />}
      <div className="row end"><button type="submit" className="button primary" disabled={!whole || busy}>Teach this</button></div>
    </form>
  );
}

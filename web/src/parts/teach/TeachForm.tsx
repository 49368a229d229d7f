import { type FormEvent, useId, useState } from "react";
import { type Failure, failureOf } from "../../api/client";
import type { Meaning, Table } from "../../api/types";
import { useAdmin } from "../../state/person";
import { Trouble } from "../basics";

export type Kind = "synonym" | "metric" | "filter" | "forbidden";

const kinds: [Kind, string][] = [
  ["synonym", "is another name for"],
  ["metric", "is computed as"],
  ["filter", "means only the rows where"],
  ["forbidden", "never means"],
];

/** What a form begins with. */
export interface Lesson {
  kind?: Kind;
  phrase?: string;
  /** Of a metric and a filter: the expression. */
  text?: string;
  table?: string;
  column?: string;
  value?: string;
  /** What was taught and is to be changed: its kind, and for whom it is, stay. */
  changes?: string;
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

/** Some values of a column of words: a name can stand for one of them. */
function valuesOf(table: Table | undefined, column: string): string[] {
  const found = table?.columns.find((c) => c.name === column);
  return found?.type === "string" ? (found.stats?.top ?? []).map((t) => String(t.value)) : [];
}

/** A name as the text of a plan writes it. */
function quoted(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

interface Draft {
  kind: Kind;
  phrase: string;
  table: string;
  column: string;
  value: string;
  text: string;
  everywhere: boolean;
}

function meaningOf(d: Draft): Meaning {
  const m: Meaning = { kind: d.kind, phrase: d.phrase.trim(), table: d.table, scope: d.everywhere ? "workspace" : "session" };
  if (d.kind === "metric" || d.kind === "filter") m.text = d.text.trim();
  else if (d.column) m.column = d.column;
  if (d.kind === "synonym" && d.column && d.value.trim()) m.value = d.value.trim();
  return m;
}

/** What a change takes the place of: only what the form shows, an empty field too. */
function changeOf(m: Meaning): Partial<Meaning> {
  return { phrase: m.phrase ?? "", table: m.table ?? "", ...(m.kind === "metric" || m.kind === "filter" ? { text: m.text ?? "" } : { column: m.column ?? "", value: m.value ?? "" }) };
}

/** Teaches a word: another name, a metric, a filter, or what it never means. */
export function TeachForm({ lesson, tables, onTeach, onChange, onDone, onCancel }: {
  lesson: Lesson;
  tables: Table[];
  onTeach: (m: Meaning) => Promise<void>;
  onChange: (id: string, change: Partial<Meaning>) => Promise<void>;
  onDone: () => void;
  /** Leaves what was taught as it is. */
  onCancel: () => void;
}) {
  const id = useId();
  const admin = useAdmin();
  const [kind, setKind] = useState<Kind>(lesson.kind ?? "synonym");
  const [phrase, setPhrase] = useState(lesson.phrase ?? "");
  const [tableName, setTable] = useState(lesson.table ?? tables[0]?.name ?? "");
  const [column, setColumn] = useState(lesson.column ?? "");
  const [text, setText] = useState(lesson.text ?? "");
  const [value, setValue] = useState(lesson.value ?? "");
  const [everywhere, setEverywhere] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const table = tables.find((t) => t.name === tableName);
  const values = valuesOf(table, column);
  const computed = kind === "metric" || kind === "filter";
  const whole = phrase.trim() !== "" && (computed ? text.trim() !== "" : kind === "synonym" || column !== "");

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!whole || busy) return;
    setBusy(true);
    const meaning = meaningOf({ kind, phrase, table: tableName, column, value, text, everywhere });
    const done = lesson.changes ? onChange(lesson.changes, changeOf(meaning)) : onTeach(meaning);
    done.then(onDone, (err: unknown) => {
      setFailure(failureOf(err));
      setBusy(false);
    });
  };

  return (
    <form className="teach" onSubmit={submit}>
      <div className="pair">
        <label htmlFor={`${id}-phrase`}>The word or phrase</label>
        <input id={`${id}-phrase`} className="field" value={phrase} maxLength={200} data-focus={lesson.phrase ? undefined : ""} autoFocus={lesson.changes !== undefined} placeholder="turnover" onChange={(e) => setPhrase(e.target.value)} dir="auto" />
      </div>
      <div className="pair">
        <label htmlFor={`${id}-kind`}>Meaning</label>
        <select id={`${id}-kind`} className="field" data-focus={lesson.phrase ? "" : undefined} value={kind} disabled={lesson.changes !== undefined} onChange={(e) => setKind(e.target.value as Kind)}>
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
      {kind === "synonym" && values.length > 0 && (
        <div className="pair">
          <label htmlFor={`${id}-value`}>One of its values</label>
          <input id={`${id}-value`} className="field" list={`${id}-values`} value={value} maxLength={200} placeholder="none: the column itself" onChange={(e) => setValue(e.target.value)} dir="auto" />
          <datalist id={`${id}-values`}>{values.map((v) => <option key={v} value={v} />)}</datalist>
        </div>
      )}
      {admin && !lesson.changes && <label className="switch"><input type="checkbox" checked={everywhere} onChange={(e) => setEverywhere(e.target.checked)} />In all sessions, not only in this one</label>}
      {failure && <Trouble failure={failure} />}
      <div className="row end">
        {lesson.changes && <button type="button" className="button" onClick={onCancel}>Leave it as it is</button>}
        <button type="submit" className="button primary" disabled={!whole || busy}>{lesson.changes ? "Change it" : "Teach this"}</button>
      </div>
    </form>
  );
}

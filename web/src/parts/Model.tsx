import { useId, useState } from "react";
import { model as api } from "../api/client";
import type { Answer, Consulted, ModelState, Other, Plan, Written } from "../api/types";
import { count, plural } from "../lib/format";
import { readSetting, writeSetting } from "../lib/settings";
import { useLoaded } from "../state/useLoaded";
import { useRights } from "../state/person";
import { useWork } from "./account/form";
import { Trouble } from "./basics";
import { DataTable } from "./DataTable";
import { icons } from "./icons";
import { ModelPanel } from "./ModelPanel";

const readers = [
  ["auto", "Automatic"],
  ["offline", "Built-in engine"],
  ["model", "Language model"],
] as const;

/** What is known of the model for a session; loaded again where at grows. */
export function useModelState(session: string | undefined, at = 0): ModelState | undefined {
  return useLoaded(session && `${session} ${at}`, (signal) => api.state(session ?? "", signal)).value;
}

/** Who is to read the questions, and the way to what is known of the model; nothing where none is set. */
export function ReaderChoice({ session }: { session: string | undefined }) {
  const [changes, setChanges] = useState(0);
  const [shown, setShown] = useState(false);
  const state = useModelState(session, changes);
  const allowed = state && state.egress.effective !== "off";
  if (!session || (!state && !shown) || state?.provider === "none") return null;
  return (
    <span className="reader">
      {allowed && <ReaderSelect state={state} />}
      {" "}<button type="button" className="link" onClick={() => setShown(true)}>{allowed ? "Model" : "Language model: nothing is sent"}</button>
      {shown && <ModelPanel session={session} onClose={() => setShown(false)} onChanged={() => setChanges(changes + 1)} />}
    </span>
  );
}

function ReaderSelect({ state }: { state: ModelState }) {
  const [chosen, setChosen] = useState(() => readSetting("reader") ?? "auto");
  const label = useId();
  return (
    <>
      <label htmlFor={label}>Read by</label>{" "}
      <select
        id={label}
        value={chosen}
        title={`${state.name ?? ""} at ${state.sent_to ?? ""} may be sent: ${levels[state.egress.effective]}`}
        onChange={(e) => {
          setChosen(e.target.value);
          writeSetting("reader", e.target.value === "auto" ? undefined : e.target.value);
        }}
      >
        {readers.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </>
  );
}

export const levels: Record<string, string> = {
  off: "nothing",
  schema: "names of tables and columns",
  values: "names, and values that occur often",
  results: "names, values, and rows of results",
};

/** What a person should know about how the answer came to be. */
export function Notices({ answer }: { answer: Answer }) {
  const list = answer.notices ?? [];
  if (list.length === 0) return null;
  return <ul className="notes">{list.map((n) => <li key={n.code} className="warn">{icons.warn}<span>{n.text}</span></li>)}</ul>;
}

/** The second reading of a question, computed, too. */
export function SecondReading({ other, onChoose }: { other: Other; onChoose: (plan: Plan) => void }) {
  const { edit } = useRights();
  const result = other.result;
  return (
    <section className="assumptions" aria-label="Another reading">
      <div className="assumption">
        <span className="assumed">{icons.info}<span>Two readings. {other.reader === "offline" ? "The built-in engine" : "The language model"} reads: {other.says}</span></span>
        {edit && (
          <span className="chips">
            <button type="button" className="chip" title="Answer with this reading instead" onClick={() => onChoose(other.plan)}>Use this reading{other.value_hint && <b>{other.value_hint}</b>}</button>
          </span>
        )}
      </div>
      {result && result.rows.length > 1 && (
        <details className="working">
          <summary>{icons.down}Its result</summary>
          <DataTable grid={result} plan={other.plan} label="Result of the other reading" />
        </details>
      )}
    </section>
  );
}

function agreement(agrees: boolean | null | undefined): string {
  if (agrees === true) return " · both readings agree";
  return agrees === false ? " · the readings differ" : "";
}

/** What was asked of the model, what it cost, and what it was sent. */
export function ModelUse({ query, used, stepped }: { query: string; used: Consulted; stepped: boolean }) {
  const [open, setOpen] = useState(false);
  const cost = used.cost_usd > 0 ? `$${used.cost_usd < 0.01 ? used.cost_usd.toFixed(4) : used.cost_usd.toFixed(2)}` : "no known cost";
  const shared = used.shared;
  return (
    <details className="working" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{icons.down}{used.name}{stepped ? " and the one before were asked" : " was asked"} {plural(used.calls, "time")} · {count(used.input_tokens + used.output_tokens)} tokens · {cost}{agreement(used.agrees)}</summary>
      <p className="small muted">
        Sent to {used.sent_to}: the question, {plural(shared.tables, "table")} with {plural(shared.columns, "column")}, {plural(shared.values, "value")}, {plural(shared.rows, "row")} of results.
      </p>
      {used.dropped && used.dropped.length > 0 && <p className="small muted">Its sentences are not shown, because they could not be verified.</p>}
      {open && used.calls > 0 && <Sent query={query} />}
    </details>
  );
}

/** The requests, byte for byte. */
function Sent({ query }: { query: string }) {
  const { value, failure } = useLoaded(query, (signal) => api.sent(query, signal));
  if (failure) return <p className="small">{failure.message}</p>;
  return (
    <>
      {(value?.requests ?? []).map((r, i) => (
        <figure key={i}>
          <figcaption>Request {i + 1} to {r.to}{r.model && `, ${r.model}`}</figcaption>
          <pre className="code sent" tabIndex={0} aria-label={`Request ${i + 1}`}><code>{r.body}</code></pre>
        </figure>
      ))}
    </>
  );
}

/** A button that lets the model write something; nothing where none may be asked. */
export function Write({ session, label, work, onWritten }: { session: string; label: string; work: () => Promise<Written>; onWritten: (w: Written) => void }) {
  const state = useModelState(session);
  const { edit } = useRights();
  const doing = useWork();
  if (!edit || !state || state.egress.effective === "off") return null;
  return (
    <>
      <button type="button" className="chip" disabled={doing.busy} onClick={() => doing.run(async () => onWritten(await work()))}>{doing.busy ? <span className="spinner" aria-hidden="true" /> : icons.info}{label}</button>
      {doing.failure && <Trouble failure={doing.failure} />}
    </>
  );
}

/** A text of the model's, or why there is none. */
export function WrittenText({ written }: { written: Written }) {
  const cost = written.model?.cost_usd ?? 0;
  return (
    <div className="written" role="status">
      {(written.notices ?? []).map((n) => <p key={n.code} className="small muted">{n.text}</p>)}
      {written.text.split("\n").filter(Boolean).map((line, i) => <p key={i}>{line}</p>)}
      <p className="small muted">{written.reader === "model" ? `Written by ${written.model?.name ?? "the language model"}; no number in it is its own${cost > 0 ? ` · $${cost.toFixed(4)}` : ""}` : "Written without a model"}</p>
    </div>
  );
}

/** Lets the model explain a result in a paragraph. */
export function Explain({ answer }: { answer: Answer }) {
  const [written, setWritten] = useState<Written>();
  if (!answer.result || !answer.plan || answer.result.rows.length === 0) return null;
  return written ? <WrittenText written={written} /> : <div className="chips"><Write session={answer.session_id} label="Explain this result" work={() => api.explain(answer.query_id)} onWritten={setWritten} /></div>;
}

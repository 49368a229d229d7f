import { lazy, Suspense, useMemo, useState } from "react";
import type { Answer as AnswerDocument, Assumption, Learned, Option, Plan } from "../api/types";
import { remark, rowsOf } from "../chart/fit";
import { clip, count, formatters, plural, title, unitBeside } from "../lib/format";
import { isNumber } from "../lib/json";
import { applyPatch } from "../lib/patch";
import { swapWord } from "../lib/spans";
import { useRights } from "../state/person";
import { Actions } from "./Actions";
import { DataTable, NoValue } from "./DataTable";
import { icons } from "./icons";
import { Explain, ModelUse, Notices, SecondReading } from "./Model";
import type { Lesson } from "./teach/TeachForm";
import { Working } from "./Working";

const Chart = lazy(() => import("../chart/Chart"));

export interface AnswerActions {
  onAsk: (question: string) => void;
  onChoose: (question: string, plan: Plan) => void;
  /** Puts a question into the box, to be changed before it is asked. */
  onEdit: (question: string) => void;
  /** Opens what teaches a word, begun with what is known of it. */
  onTeach: (lesson: Lesson) => void;
  onRerun: () => void;
  onRate: (feedback: string) => void;
}

const sure = { high: "High confidence", medium: "Medium confidence", low: "Low confidence" };

function Confidence({ answer }: { answer: AnswerDocument }) {
  if (!answer.confidence || answer.status !== "answered") return null;
  const label = sure[answer.confidence];
  const reasons = answer.reasons ?? [];
  if (reasons.length === 0) return <span className={`badge ${answer.confidence}`}>{label}</span>;
  return (
    <details className="why">
      <summary className={`badge ${answer.confidence}`}>{label}{icons.down}</summary>
      <ul>{reasons.map((r) => <li key={r}>{r}</li>)}</ul>
    </details>
  );
}

/** One row of values, each large under its name. */
function Headline({ answer }: { answer: AnswerDocument }) {
  const result = answer.result!;
  const show = useMemo(() => formatters(answer), [answer]);
  const row = result.rows[0]!;
  return (
    <dl className={`headline ${result.columns.length === 1 ? "one" : ""}`}>
      {result.columns.map((c, i) => {
        const v = row[i] ?? null;
        return (
          <div key={i}>
            <dt>{c.name}</dt>
            <dd className={isNumber(v) ? "number" : "words"} title={title(v)}>{v === null ? <NoValue /> : clip(show[i]!(v))}{unitAfter(c.unit)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function unitAfter(unit: string | null | undefined) {
  const beside = unitBeside(unit);
  return beside && <span className="unit"> {beside}</span>;
}

function isHeadline(answer: AnswerDocument): boolean {
  const r = answer.result;
  return r !== undefined && r.rows.length === 1 && r.columns.length <= 4 && answer.plan?.kind !== "rows";
}

function Rows({ answer }: { answer: AnswerDocument }) {
  const result = answer.result!;
  const shown = result.rows.length;
  return (
    <>
      <DataTable grid={result} plan={answer.plan} label="Result" whole={!result.truncated && result.row_count === shown} />
      {(result.truncated || result.row_count > shown) && (
        <p className="small muted">
          Showing {plural(shown, "row")}{result.row_count > shown ? ` of ${count(result.row_count)}` : ", there are more"}. The export has them all.
        </p>
      )}
    </>
  );
}

/** True where a note says already what the chart leaves out. */
function saidBeside(answer: AnswerDocument): boolean {
  const left = answer.chart && remark(answer.chart);
  return left !== undefined && (answer.notes ?? []).includes(`The chart shows ${left}.`);
}

function Drawing({ answer }: { answer: AnswerDocument }) {
  return (
    <Suspense fallback={<div className="chart waiting" role="status">Drawing…</div>}>
      <Chart spec={answer.chart!} label={`Chart: ${answer.explanation}`} said={saidBeside(answer)} />
    </Suspense>
  );
}

/** True for a chart of more than the row itself, such as the pairs of a correlation; one bar would say nothing. */
const drawsMore = (answer: AnswerDocument) => answer.chart !== undefined && rowsOf(answer.chart) > 1;

function ResultView({ answer }: { answer: AnswerDocument }) {
  const [asTable, setAsTable] = useState(false);
  if (!answer.result) return null;
  if (isHeadline(answer)) return <><Headline answer={answer} />{drawsMore(answer) && <Drawing answer={answer} />}</>;
  if (!answer.chart || answer.result.rows.length === 0) return <Rows answer={answer} />;
  return (
    <div className="result">
      <div className="segments" role="group" aria-label="Show as">
        <button type="button" aria-pressed={!asTable} onClick={() => setAsTable(false)}>{icons.chart}Chart</button>
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(true)}>{icons.table}Table</button>
      </div>
      {asTable ? <Rows answer={answer} /> : <Drawing answer={answer} />}
    </div>
  );
}

/** Another reading's plan; undefined where its patch does not fit. */
function otherPlan(plan: Plan | undefined, patch: Parameters<typeof applyPatch>[1]): Plan | undefined {
  try {
    return applyPatch(plan ?? {}, patch);
  } catch {
    return undefined;
  }
}

function Assumptions({ answer, onChoose }: { answer: AnswerDocument; onChoose: AnswerActions["onChoose"] }) {
  const { edit } = useRights();
  const list = answer.assumptions ?? [];
  if (list.length === 0) return null;
  const alternative = (a: Assumption) =>
    (a.alternatives ?? []).map((alt) => {
      const plan = otherPlan(answer.plan, alt.patch);
      if (!plan) return null;
      return (
        <button key={alt.label} type="button" className="chip" title="Answer with this reading instead" onClick={() => onChoose(answer.query, plan)}>
          {alt.label}
          {alt.value_hint && <b>{alt.value_hint}</b>}
        </button>
      );
    });
  return (
    <section className="assumptions" aria-label="Assumptions">
      {list.map((a, i) => (
        <div key={i} className="assumption">
          <span className="assumed">{icons.info}<span>{a.text}</span></span>
          {edit && a.alternatives && a.alternatives.length > 0 && <span className="chips"><span className="muted small">Instead:</span>{alternative(a)}</span>}
        </div>
      ))}
    </section>
  );
}

function Clarification({ answer, onChoose }: { answer: AnswerDocument; onChoose: AnswerActions["onChoose"] }) {
  const choose = (o: Option) => onChoose(answer.query, o.plan);
  const { edit } = useRights();
  return (
    <div className="choices" role="group" aria-label="What did you mean?">
      {(answer.options ?? []).map((o, i) => (
        <button key={i} type="button" className="choice" disabled={!edit} onClick={() => choose(o)}>
          <span className="grow">{o.label}</span>
          {o.value_hint && <b>{o.value_hint}</b>}
        </button>
      ))}
    </div>
  );
}

/** Names near to a word that was not found; one word can be swapped for them at once. */
function Near({ answer, onEdit }: { answer: AnswerDocument; onEdit: AnswerActions["onEdit"] }) {
  const near = answer.near ?? [];
  const { edit } = useRights();
  const word = edit && answer.words?.length === 1 ? answer.words[0]! : undefined;
  if (near.length === 0) return null;
  return (
    <div className="chips" role="group" aria-label="Close to it">
      <span className="muted small">Did you mean</span>
      {near.map((n) =>
        word ? <button key={n} type="button" className="chip" onClick={() => onEdit(swapWord(answer.query, word, n))}><bdi>{n}</bdi></button> : <span key={n} className="tag"><bdi>{n}</bdi></span>,
      )}
    </div>
  );
}

/** Words that meant nothing here can be taught. */
function Teachable({ words, question, onTeach }: { words: readonly string[] | undefined; question: string; onTeach: AnswerActions["onTeach"] }) {
  const { edit } = useRights();
  const lettered = (words ?? []).filter((w) => /\p{L}/u.test(w));
  if (!edit || lettered.length === 0) return null;
  return (
    <div className="chips" role="group" aria-label="Teach a word">
      <span className="muted small">Tell what it means</span>
      {lettered.slice(0, 5).map((w) => <button key={w} type="button" className="chip" onClick={() => onTeach({ phrase: w, question })}>{icons.book}<span>Teach “<bdi>{w}</bdi>”</span></button>)}
    </div>
  );
}

function Refusal({ answer, onAsk, onEdit, onTeach }: { answer: AnswerDocument } & Pick<AnswerActions, "onAsk" | "onEdit" | "onTeach">) {
  const tries = answer.try ?? [];
  return (
    <>
      <Near answer={answer} onEdit={onEdit} />
      <Teachable words={answer.words} question={answer.query} onTeach={onTeach} />
      {tries.length > 0 && <Suggestions title="These would work" list={tries} onAsk={onAsk} />}
    </>
  );
}

export function Suggestions({ title, list, onAsk }: { title: string; list: readonly string[]; onAsk: (q: string) => void }) {
  const { edit } = useRights();
  if (!edit || list.length === 0) return null;
  return (
    <div className="chips suggestions" role="group" aria-label={title}>
      <span className="muted small">{title}</span>
      {list.map((q) => <button key={q} type="button" className="chip" onClick={() => onAsk(q)}>{q}</button>)}
    </div>
  );
}

function Notes({ answer }: { answer: AnswerDocument }) {
  const notes = answer.notes ?? [];
  const ignored = answer.ignored ?? [];
  if (notes.length === 0 && ignored.length === 0) return null;
  return (
    <ul className="notes">
      {ignored.length > 0 && <li className="warn">{icons.warn}<span>Not used from your question: {ignored.map((w, i) => <mark key={i}>{w}</mark>)}</span></li>}
      {notes.map((n) => <li key={n}>{icons.info}<span>{n}</span></li>)}
    </ul>
  );
}

/** What became of a judgement: remembered, or what can be done instead. */
function Judged({ feedback, learned, answer, actions }: { feedback: string | undefined; learned: Learned | undefined; answer: AnswerDocument; actions: AnswerActions }) {
  const { edit } = useRights();
  const others = (answer.assumptions ?? []).some((a) => (a.alternatives?.length ?? 0) > 0);
  if (feedback === "up" && learned) return <p className="judged small" role="status">{icons.check}{learned.remembered ? "Remembered: this question is answered like this from now on." : `Thank you. ${learned.why ?? ""}`}</p>;
  if (feedback !== "down" || !edit) return null;
  return (
    <p className="judged small" role="status">
      {icons.info}
      <span>Thank you. {others ? "Another reading stands above; or " : ""}<button type="button" className="link" onClick={() => actions.onEdit(answer.query)}>put it in other words</button></span>
    </p>
  );
}

/** The answer document on screen; what is not there yet is left out. */
export function Answer({ answer, open, last, learned, actions }: { answer: AnswerDocument; open: boolean; last: boolean; learned: Learned | undefined; actions: AnswerActions }) {
  const lead = answer.status === "clarify" ? answer.question : answer.status === "refused" ? answer.reason || answer.explanation : answer.model?.text || answer.explanation;
  return (
    <div className={`answer ${answer.status}`}>
      <div className="lead">
        <p>{lead}</p>
        <Confidence answer={answer} />
      </div>
      {answer.status === "answered" && answer.model?.text && <p className="small muted">{answer.explanation}</p>}
      <Notices answer={answer} />
      {answer.status === "answered" && <ResultView answer={answer} />}
      {answer.status === "clarify" && <Clarification answer={answer} onChoose={actions.onChoose} />}
      {answer.status === "refused" && !open && <Refusal answer={answer} onAsk={actions.onAsk} onEdit={actions.onEdit} onTeach={actions.onTeach} />}
      <Notes answer={answer} />
      {answer.status === "answered" && !open && <Teachable words={answer.ignored} question={answer.query} onTeach={actions.onTeach} />}
      {answer.status === "answered" && <Assumptions answer={answer} onChoose={actions.onChoose} />}
      {answer.other && <SecondReading other={answer.other} onChoose={(plan) => actions.onChoose(answer.query, plan)} />}
      {!open && answer.status === "answered" && <Explain answer={answer} />}
      {!open && <Working answer={answer} />}
      {!open && answer.model && answer.model.calls > 0 && <ModelUse query={answer.query_id} used={answer.model} stepped={(answer.notices ?? []).some((n) => n.code === "model_fallback")} />}
      {!open && answer.status === "answered" && <Actions answer={answer} actions={actions} />}
      <Judged feedback={answer.feedback} learned={learned} answer={answer} actions={actions} />
      {!open && last && answer.status === "answered" && <Suggestions title="Go on with" list={answer.followups ?? answer.try ?? []} onAsk={actions.onAsk} />}
    </div>
  );
}

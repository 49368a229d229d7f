import type { Answer, Provenance } from "../api/types";
import { plural, when } from "../lib/format";
import { readings } from "../lib/spans";
import { CopyButton } from "./basics";
import { icons } from "./icons";
import { Sql } from "./Sql";

function Source({ provenance, answer }: { provenance: Provenance | undefined; answer: Answer }) {
  const words = readings(answer.query, answer.spans);
  return (
    <dl className="facts">
      {(provenance?.tables ?? []).map((t) => (
        <div key={t.id || t.name}>
          <dt>Table</dt>
          <dd>{t.name} · {plural(t.rows, "row")} · <code title={`SHA-256 ${t.sha256}`}>{t.sha256.slice(0, 12)}</code></dd>
        </div>
      ))}
      {words.length > 0 && (
        <div>
          <dt>Words</dt>
          <dd><ul className="read-as">{words.map((w) => <li key={w.text}>“<bdi>{w.text}</bdi>” <span className="muted"><bdi>{w.says}</bdi></span></li>)}</ul></dd>
        </div>
      )}
      {provenance?.engine && <div><dt>Engine</dt><dd>{provenance.engine}</dd></div>}
      {answer.reader && <div><dt>Read by</dt><dd>{answer.reader === "offline" ? "the built-in engine" : answer.reader === "model" ? "the built-in engine and a language model" : answer.reader}</dd></div>}
      {provenance?.now && <div><dt>Clock</dt><dd title={provenance.now}>{when(provenance.now)}</dd></div>}
    </dl>
  );
}

/** The statement, the plan, and what they rest on. */
export function Working({ answer }: { answer: Answer }) {
  if (!answer.sql && !answer.plan_text) return null;
  return (
    <details className="working">
      <summary>{icons.down}How this was computed</summary>
      {answer.sql && (
        <figure>
          <figcaption><span className="grow">SQL</span><CopyButton label="Copy SQL" text={() => answer.sql ?? ""} /></figcaption>
          <Sql text={answer.sql} />
        </figure>
      )}
      {answer.plan_text && (
        <figure>
          <figcaption><span className="grow">Plan</span><CopyButton label="Copy plan" text={() => answer.plan_text ?? ""} /></figcaption>
          <pre className="code" tabIndex={0} aria-label="Plan"><code>{answer.plan_text}</code></pre>
        </figure>
      )}
      <Source provenance={answer.provenance} answer={answer} />
    </details>
  );
}

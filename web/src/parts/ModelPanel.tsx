import "../styles/account.css";
import { type ReactNode, useId, useState } from "react";
import { createPortal } from "react-dom";
import { model as api } from "../api/client";
import type { ModelHealth, ModelState, ModelTested, Spoken } from "../api/types";
import { count, relative, when } from "../lib/format";
import { useAdmin, useRights } from "../state/person";
import { useLoaded } from "../state/useLoaded";
import { Form, Input, useWork } from "./account/form";
import { Dialog, IconButton, Trouble } from "./basics";
import { icons } from "./icons";
import { levels } from "./Model";

/** The language model: how it does, what it may be sent, what was spent. */
export function ModelPanel({ session, onClose, onChanged }: { session: string; onClose: () => void; onChanged: () => void }) {
  const [at, setAt] = useState(0);
  const loaded = useLoaded(`${session} ${at}`, (signal) => api.state(session, signal));
  const [last, setLast] = useState<ModelState>();
  const state = loaded.value ?? last;
  if (loaded.value && loaded.value !== last) setLast(loaded.value);
  const again = () => { setAt(at + 1); onChanged(); };
  // It is asked for below the question box, inside of which no dialog may stand.
  return createPortal(
    <Dialog label="Language model" onClose={onClose} className="window model-panel">
      <header><h2 className="grow">Language model</h2><IconButton label="Close" icon={icons.close} onClick={onClose} /></header>
      <div className="window-body">
        {loaded.failure && <Trouble failure={loaded.failure} />}
        {state && <Panel state={state} session={session} onChanged={again} />}
      </div>
    </Dialog>,
    document.body,
  );
}

function Panel({ state, session, onChanged }: { state: ModelState; session: string; onChanged: () => void }) {
  const admin = useAdmin();
  const { own } = useRights();
  const models = state.models ?? [];
  return (
    <>
      <Part title="What may be sent">
        <p className="muted small">A model reads along only as far as all three allow. Columns that are never sent, and names of people, stay here at every level.</p>
        <dl className="facts"><div><dt>The server allows</dt><dd>{levels[state.egress.operator ?? "off"]}</dd></div></dl>
        <Level label="This workspace allows" value={state.egress.workspace} disabled={!admin} onLevel={(e) => api.setEgress(e)} onChanged={onChanged} />
        <Level label="This session allows" value={state.egress.session} disabled={!own} onLevel={(e) => api.setEgress(e, session)} onChanged={onChanged} />
        <p role="status">Now sent at most: <b>{levels[state.egress.effective]}</b></p>
      </Part>
      <Part title={models.length > 1 ? "Models" : "Model"}>
        <ul className="rows" aria-label="Models">{models.map((m, i) => <Model key={m.setting + m.name} model={m} stepsIn={i > 0} />)}</ul>
        {admin && <Test onChanged={onChanged} />}
      </Part>
      {admin && models.filter((m, i) => models.findIndex((o) => o.setting === m.setting) === i).map((m) => <OwnKey key={m.setting} model={m} onChanged={onChanged} />)}
      <Part title="Spent">
        <dl className="facts">
          <Spent name="Today" spent={state.spent_today_usd} most={state.day_limit_usd} />
          <Spent name="This month" spent={state.spent_this_month_usd} most={state.month_limit_usd} />
          {state.yours && <Spent name="By you today" spent={state.yours.spent_usd} most={state.yours.limit_usd} />}
          {state.yours && <div><dt>Calls for you today</dt><dd>{count(state.yours.calls)}{state.yours.calls_limit > 0 && ` of ${count(state.yours.calls_limit)}`}</dd></div>}
        </dl>
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return <section aria-labelledby={id} className="stack"><h3 id={id}>{title}</h3>{children}</section>;
}

const choices = ["off", "schema", "values", "results"] as const;

function Level({ label, value, disabled, onLevel, onChanged }: { label: string; value: string | undefined; disabled: boolean; onLevel: (e: string) => Promise<unknown>; onChanged: () => void }) {
  const id = useId();
  const work = useWork();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="field" value={value || "inherit"} disabled={disabled || work.busy} onChange={(e) => { const chosen = e.target.value; work.run(() => onLevel(chosen), onChanged); }}>
        <option value="inherit">as much as the server allows</option>
        {choices.map((c) => <option key={c} value={c}>{levels[c]}</option>)}
      </select>
      {work.failure && <Trouble failure={work.failure} />}
    </div>
  );
}

const states: Record<string, string> = { unasked: "not asked yet", well: "answers", failing: "failed last time", limited: "takes no more for now", resting: "left alone for a while" };

function Health({ health }: { health: ModelHealth }) {
  const list = [
    health.last_success_at && `answered ${relative(health.last_success_at)} in ${count(health.latency_ms)} ms`,
    health.last_failure_at && `failed ${relative(health.last_failure_at)}${health.last_failure ? `: ${health.last_failure}` : ""}`,
    health.asked_again_at && `asked again at ${when(health.asked_again_at)}`,
    health.calls > 0 && `${count(health.calls)} calls, ${count(health.failures)} failed`,
    ...(health.limits ?? []).map((l) => `${count(l.remaining)}${l.limit > 0 ? ` of ${count(l.limit)}` : ""} ${l.name} left`),
  ].filter(Boolean);
  return <span className="muted small">{list.join(" · ")}</span>;
}

const dollars = (n: number) => `$${n.toLocaleString("en-US", { maximumFractionDigits: 4 })}`;

function Model({ model, stepsIn }: { model: Spoken; stepsIn: boolean }) {
  const k = model.known;
  const priced = k.input_price > 0 || k.output_price > 0;
  return (
    <li>
      <span className="grow wrap">
        <b><bdi>{model.name}</bdi></b> <span className={`tag state-${model.health.state}`}>{states[model.health.state] ?? model.health.state}</span> {stepsIn && <span className="tag">steps in</span>}<br />
        <span className="muted small">at {model.sent_to} · reads {count(k.context)} tokens, writes {count(k.output)} · {priced ? `${dollars(k.input_price)} in, ${dollars(k.output_price)} out for a million` : "no known price"}</span><br />
        <Health health={model.health} />
      </span>
    </li>
  );
}

function Test({ onChanged }: { onChanged: () => void }) {
  const [tested, setTested] = useState<ModelTested>();
  const work = useWork();
  return (
    <>
      <div><button type="button" className="button" disabled={work.busy} onClick={() => work.run(async () => setTested(await api.test()), onChanged)}>{work.busy && <span className="spinner" aria-hidden="true" />}Test the connection</button></div>
      {work.failure && <Trouble failure={work.failure} />}
      <div role="status">{tested && [tested, ...(tested.fallback ? [tested.fallback] : [])].map((t) => (
        <p key={t.name} className={t.ok ? "small" : "small warn"}>{t.ok ? icons.check : icons.warn} <b>{t.name}</b>: {t.says} {t.ok && `${count(t.elapsed_ms)} ms${t.cost_usd > 0 ? `, ${dollars(t.cost_usd)}` : ""}.`} {t.models && t.models.length > 0 && `The server offers ${t.models.slice(0, 8).join(", ")}${t.models.length > 8 ? ` and ${count(t.models.length - 8)} more` : ""}.`}</p>
      ))}</div>
    </>
  );
}

function OwnKey({ model, onChanged }: { model: Spoken; onChanged: () => void }) {
  const [key, setKey] = useState("");
  const work = useWork();
  const keep = (k: string) => work.run(() => api.setKey(k, model.setting), () => { setKey(""); onChanged(); });
  return (
    <Part title={`Key for ${model.sent_to}`}>
      {model.own_key
        ? <p className="small">This workspace has a key of its own: <code>{model.own_key}</code> <button type="button" className="link" onClick={() => keep("")}>Take it back</button></p>
        : <p className="muted small">The key of the server’s settings is used, if there is one.</p>}
      <Form action="Keep the key" work={work} onSend={() => key.trim() && keep(key.trim())}>
        <Input label="A key of this workspace’s own" type="password" autoComplete="off" spellCheck={false} value={key} onValue={setKey} hint="It is stored encrypted and not shown again." />
      </Form>
    </Part>
  );
}

function Spent({ name, spent, most }: { name: string; spent: number; most: number }) {
  return <div><dt>{name}</dt><dd>{dollars(spent)}{most > 0 && ` of ${dollars(most)}`}</dd></div>;
}

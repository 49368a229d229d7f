import { type FormEvent, type InputHTMLAttributes, type ReactNode, useCallback, useId, useState } from "react";
import { type Failure, failureOf } from "../../api/client";
import { CopyButton, Trouble } from "../basics";

/** Work that is under way after a press, and what went wrong in it. */
export function useWork() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const run = useCallback((work: () => Promise<unknown>, then?: () => void) => {
    setBusy(true);
    setFailure(undefined);
    work()
      .then(() => then?.(), (err: unknown) => setFailure(failureOf(err)))
      .finally(() => setBusy(false));
  }, []);
  return { busy, failure, run };
}

type InputProps = { label: string; hint?: ReactNode; value: string; onValue: (v: string) => void } & Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value">;

/** A labelled field, with what helps to fill it. */
export function Input({ label, hint, value, onValue, ...rest }: InputProps) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="field" value={value} aria-describedby={hint ? `${id}-hint` : undefined} onChange={(e) => onValue(e.target.value)} {...rest} />
      {hint && <p id={`${id}-hint`} className="muted small">{hint}</p>}
    </div>
  );
}

type PasswordProps = { label: string; value: string; onValue: (v: string) => void; fresh?: boolean; min?: number | undefined };

/** A password, which can be looked at while it is typed. */
export function Password({ label, value, onValue, fresh = false, min }: PasswordProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <div className="secret">
        <input
          id={id}
          className="field"
          type={shown ? "text" : "password"}
          autoComplete={fresh ? "new-password" : "current-password"}
          spellCheck={false}
          autoCapitalize="off"
          required
          minLength={fresh ? min : undefined}
          value={value}
          aria-describedby={fresh ? `${id}-hint` : undefined}
          onChange={(e) => onValue(e.target.value)}
        />
        <button type="button" className="link" aria-pressed={shown} aria-label={`Show what is typed for: ${label}`} onClick={() => setShown(!shown)}>{shown ? "Hide" : "Show"}</button>
      </div>
      {fresh && <p id={`${id}-hint`} className="muted small">At least {min} characters. Several words that you remember are good.</p>}
    </div>
  );
}

/** A form with one button; what went wrong stands above it. */
export function Form({ action, danger, onSend, work, children }: { action: string; danger?: boolean; onSend: () => void; work: ReturnType<typeof useWork>; children: ReactNode }) {
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (!work.busy) onSend();
  };
  return (
    <form className="stack" onSubmit={send}>
      {children}
      {work.failure && <Trouble failure={work.failure} />}
      <div><button type="submit" className={`button ${danger ? "danger" : "primary"}`} disabled={work.busy}>{work.busy && <span className="spinner" aria-hidden="true" />}{action}</button></div>
    </form>
  );
}

/** A secret that is shown once, to be copied. */
export function Once({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  return (
    <div className="once" role="status">
      <p>{children}</p>
      <div className="row">
        <input className="field code-field" readOnly aria-label={label} value={value} onFocus={(e) => e.target.select()} />
        <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => value} />
      </div>
    </div>
  );
}

/** A part of a page, with its name. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

import { type ThemeChoice, useTheme } from "../state/useTheme";
import { useSingleKeys } from "../state/useShortcuts";
import { Dialog, IconButton } from "./basics";
import { icons } from "./icons";

const inBox = [
  [["Enter"], "asks the question"],
  [["Shift", "Enter"], "begins a new line"],
  [["↑", "↓"], "earlier questions, or moves in what is offered"],
  [["Esc"], "closes what is offered, stops an answer, leaves the box"],
] as const;

const anywhere = [
  [["/"], "jumps to the question box"],
  [["j", "k"], "to the next answer, to the one before"],
  [["n"], "begins a new conversation"],
  [["u"], "adds files"],
  [["t"], "opens the first table, or closes it"],
  [["?"], "shows this sheet"],
] as const;

const themes: [ThemeChoice, string][] = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

function Keys({ title, list }: { title: string; list: readonly (readonly [readonly string[], string])[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className="key-list">
        {list.map(([keys, does]) => (
          <div key={does}><dt>{keys.map((k) => <kbd key={k}>{k}</kbd>)}</dt><dd>{does}</dd></div>
        ))}
      </dl>
    </section>
  );
}

/** How the page looks here, and which keys do what. */
export default function Settings({ onClose }: { onClose: () => void }) {
  const { choice, choose } = useTheme();
  const [single, setSingle] = useSingleKeys();
  return (
    <Dialog label="Settings and keys" onClose={onClose} className="window">
      <header><h2 className="grow">Settings and keys</h2><IconButton label="Close" icon={icons.close} onClick={onClose} /></header>
      <div className="window-body">
        <fieldset>
          <legend>Colours</legend>
          <div className="segments">
            {themes.map(([value, label]) => (
              <label key={value} className={choice === value ? "on" : undefined}>
                <input type="radio" name="theme" className="offscreen" checked={choice === value} onChange={() => choose(value)} />{label}
              </label>
            ))}
          </div>
        </fieldset>
        <Keys title="In the question box" list={inBox} />
        <Keys title="Anywhere else" list={anywhere} />
        <label className="switch"><input type="checkbox" checked={single} onChange={(e) => setSingle(e.target.checked)} />Single keys work outside of the question box</label>
        <p className="muted small">These choices are kept in this browser only.</p>
      </div>
    </Dialog>
  );
}

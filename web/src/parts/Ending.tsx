import { useEffect, useState } from "react";
import { tables } from "../api/client";
import type { Session, SourceFile } from "../api/types";
import { endsSoon } from "../lib/ending";
import { relative, when } from "../lib/format";
import { IconButton, Menu } from "./basics";
import { icons } from "./icons";

const lookEvery = 30_000;
const mostTables = 20;

export interface EndingProps {
  session: Session;
  files: readonly SourceFile[];
  /** The end that the server warned of. */
  told: string | undefined;
  /** Keeps it longer; undefined for those who may not. */
  onExtend: (() => void) | undefined;
  /** Called when the end is reached. */
  onEnded: () => void;
}

/** Says that a session is about to go with all that is in it, and what can be done. */
export function Ending({ session, files, told, onExtend, onEnded }: EndingProps) {
  const [now, setNow] = useState(() => Date.now());
  const [later, setLater] = useState<string>();
  const end = session.expires_at;
  const ended = new Date(end).getTime() <= now;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookEvery);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (ended) onEnded();
  }, [ended, onEnded]);
  if (later === end || !endsSoon(session, told, now)) return null;
  const all = files.flatMap((f) => f.tables ?? []).slice(0, mostTables);
  return (
    <div className="ending" role="status" aria-label="The session ends">
      {icons.clock}
      <p className="grow">
        <b title={when(end)}>This session ends {relative(end)}.</b>{" "}
        {onExtend ? "Its files, conversations and answers go with it, unless you keep it." : "Its files, conversations and answers go with it. Its owner can keep it."}
      </p>
      {onExtend && <button type="button" className="button primary" onClick={onExtend}>Keep it longer</button>}
      {all.length > 0 && (
        <Menu
          label="Save a table of the session"
          triggerClass="button"
          trigger={<>{icons.download}Save</>}
          items={all.map((t) => ({ label: `${t.name}.csv`, href: tables.exportLink(t.id, "csv") }))}
        />
      )}
      <IconButton label="Not now" icon={icons.close} onClick={() => setLater(end)} />
    </div>
  );
}

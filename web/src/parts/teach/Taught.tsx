import { useState } from "react";
import { casesLink } from "../../api/client";
import type { Definition, Table } from "../../api/types";
import type { Removals } from "../../state/useRemovals";
import { useAdmin, useRights } from "../../state/person";
import type { Teaching } from "../../state/useTeaching";
import { Dialog, IconButton } from "../basics";
import { icons } from "../icons";
import { Removed } from "../Uploads";
import { type Lesson, TeachForm } from "./TeachForm";

const summing: Record<string, string> = { sum: "summed up", avg: "averaged", median: "given as its median", min: "given as its least", max: "given as its most" };

/** A definition in words: what stands first, and what it means. */
export function inWords(d: Definition): [string, string] {
  const place = d.column ? `${d.table ? `${d.table}.` : ""}${d.column}` : (d.table ?? "");
  switch (d.kind) {
    case "synonym":
      return [d.phrase ?? "", d.value ? `is ${place} = ${d.value}` : `is another name for ${place}`];
    case "metric":
      return [d.phrase ?? "", `is ${d.text ?? ""}`];
    case "filter":
      return [d.phrase ?? "", `is where ${d.text ?? ""}`];
    case "forbidden":
      return [d.phrase ?? "", `never means ${place}`];
    case "answer":
      return [d.phrase ?? "", d.says ? `is answered with: ${d.says}` : "is answered as it was confirmed"];
    case "column":
      return [place, [d.hidden ? "is not asked about" : "", d.aggregate ? `is ${summing[d.aggregate] ?? d.aggregate}` : ""].filter(Boolean).join(", ") || "was described"];
  }
}

/** What the form shows of a definition; undefined for what is changed elsewhere. */
function lessonOf(d: Definition): Lesson | undefined {
  if (d.kind === "answer" || d.kind === "column") return undefined;
  const { kind, phrase = "", text = "", table = "", column = "", value = "" } = d;
  return { kind, phrase, text, table, column, value, changes: d.id };
}

function Entry({ d, onChange, onForget }: { d: Definition; onChange: (lesson: Lesson) => void; onForget: () => void }) {
  const [what, means] = inWords(d);
  const admin = useAdmin();
  const { edit } = useRights();
  const lesson = lessonOf(d);
  const may = edit && (admin || d.scope !== "workspace");
  return (
    <li className={d.fits ? undefined : "muted"}>
      <span className="grow wrap"><b><bdi>{what}</bdi></b> <bdi>{means}</bdi></span>
      {d.scope === "workspace" && <span className="tag">all sessions</span>}
      {!d.fits && <span className="tag" title="There is no such table or column in this session">does not fit here</span>}
      {may && lesson && <IconButton label={`Change ${what}`} icon={icons.pen} onClick={() => onChange(lesson)} />}
      {may && <IconButton label={`Forget ${what}`} icon={icons.bin} onClick={onForget} />}
    </li>
  );
}

export interface TaughtProps {
  session: string;
  teaching: Teaching;
  tables: Table[];
  lesson: Lesson | undefined;
  removals: Removals;
  onTaught: (lesson: Lesson) => void;
  onClose: () => void;
}

/** What was taught, a form to teach more, and a way to forget. */
export default function Taught({ session, teaching, tables, lesson, removals, onTaught, onClose }: TaughtProps) {
  const { edit } = useRights();
  const [next, setNext] = useState<Lesson>(lesson ?? {});
  const [taught, setTaught] = useState(0);
  const list = teaching.taught.items.filter((d) => !removals.has(d.id));
  const answers = list.some((d) => d.kind === "answer" && d.fits);
  const begin = (l: Lesson) => {
    setNext(l);
    setTaught(taught + 1);
  };
  const forget = (d: Definition) => {
    removals.remove({ id: d.id, label: `${inWords(d)[0]} is forgotten`, commit: () => teaching.forget(d) });
    if (next.changes === d.id) begin({});
  };
  const done = () => {
    onTaught(next);
    begin({});
  };
  return (
    <Dialog label="What was taught" onClose={onClose} className="window wide">
      <header><h2 className="grow">{edit ? (next.changes ? "Change what was taught" : "Teach a word") : "What was taught"}</h2><IconButton label="Close" icon={icons.close} onClick={onClose} /></header>
      <div className="window-body">
        {edit ? (
          <>
            <TeachForm key={taught} lesson={next} tables={tables} onTeach={teaching.teach} onChange={teaching.change} onDone={done} onCancel={() => begin({})} />
            <h3>Taught so far</h3>
          </>
        ) : (
          <p className="looking muted">{icons.info}<span>You may see what was taught, and change nothing: you look at this session. Its owner can make you an editor.</span></p>
        )}
        <Removed removals={removals} />
        <ul className="taught" aria-label="Taught so far">
          {list.map((d) => (
            <Entry key={d.id} d={d} onChange={begin} onForget={() => forget(d)} />
          ))}
        </ul>
        {answers && (
          <p className="small muted">
            <a href={casesLink(session)} download>Download the remembered answers</a>: <code>tabletalk eval</code> asks them again, to see that they still come out the same.
          </p>
        )}
        {list.length === 0 && <p className="muted">Nothing yet.{edit && " Answers that you mark as right are remembered here, too."}</p>}
        {teaching.taught.more && <p className="center"><button type="button" className="button" onClick={teaching.taught.more}>Show more</button></p>}
      </div>
    </Dialog>
  );
}

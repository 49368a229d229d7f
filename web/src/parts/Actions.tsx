import { useState } from "react";
import { questions } from "../api/client";
import type { Answer } from "../api/types";
import type { Spec } from "../chart/fit";
import type { PictureKind } from "../chart/picture";
import { asText } from "../lib/clipboard";
import { duration } from "../lib/format";
import { fileName, saveFile } from "../lib/save";
import { takenFor } from "../lib/spans";
import { useRights } from "../state/person";
import { useTheme } from "../state/useTheme";
import type { AnswerActions } from "./Answer";
import { CopyButton, IconButton, Menu, type MenuItem } from "./basics";
import { icons } from "./icons";
import type { Lesson } from "./teach/TeachForm";

export const exportFormats = [
  ["csv", "CSV"],
  ["xlsx", "Excel"],
  ["json", "JSON"],
  ["ndjson", "NDJSON"],
  ["parquet", "Parquet"],
] as const;

const pictureKinds = [["png", "Chart as PNG"], ["svg", "Chart as SVG"]] as const;

const mostNames = 3;

/** What an answer can teach: names for what it computes and is about, and what a word did not mean. */
function lessons(answer: Answer, onTeach: (l: Lesson) => void): MenuItem[] {
  const names = (answer.nameable ?? []).slice(0, mostNames).map(({ kind, table, text, says }): MenuItem => ({
    label: kind === "metric" ? `Call “${says}” something else…` : "Give these rows a name…", detail: text, icon: icons.pen, onSelect: () => onTeach({ kind, table, text }),
  }));
  const wrong = takenFor(answer.spans).slice(0, mostNames).map(({ phrase, table, column }): MenuItem => ({
    label: `“${phrase}” does not mean ${column}…`, icon: icons.close, onSelect: () => onTeach({ kind: "forbidden", phrase, table, column, question: answer.query }),
  }));
  return [...names, ...wrong];
}

/** What can be done with an answer as it is. */
export function Actions({ answer, actions }: { answer: Answer; actions: AnswerActions }) {
  const { theme } = useTheme();
  const [failed, setFailed] = useState(false);
  const { chart } = answer;
  const keep = (spec: Spec, kind: PictureKind) =>
    void import("../chart/picture")
      .then((m) => m.picture(spec, theme, kind))
      .then((file) => saveFile(fileName(answer.query, kind), file))
      .then(() => setFailed(false), () => setFailed(true));
  const exports: MenuItem[] = [
    ...exportFormats.map(([format, label]) => ({ label, href: questions.exportLink(answer.query_id, format) })),
    ...(chart ? pictureKinds.map(([kind, label]) => ({ label, icon: icons.chart, onSelect: () => keep(chart, kind) })) : []),
  ];
  const { edit } = useRights();
  const teach = edit ? lessons(answer, actions.onTeach) : [];
  const rate = (f: string) => actions.onRate(answer.feedback === f ? "" : f);
  return (
    <div className="actions">
      {answer.result && <CopyButton label="Copy table" text={() => asText(answer.result!)} />}
      {answer.result && answer.plan && <Menu label="Export" trigger={icons.download} items={exports} align="start" />}
      {edit && (answer.plan || answer.sql) && <IconButton label="Compute again" icon={icons.again} onClick={actions.onRerun} />}
      {teach.length > 0 && <Menu label="Teach from this answer" trigger={icons.book} items={teach} align="start" />}
      {edit && (
        <>
          <span className="divider" />
          <IconButton label="This is right" icon={icons.up} pressed={answer.feedback === "up"} onClick={() => rate("up")} />
          <IconButton label="This is wrong" icon={icons.downThumb} pressed={answer.feedback === "down"} onClick={() => rate("down")} />
        </>
      )}
      {failed && <span className="small" role="alert">The picture could not be made here.</span>}
      <span className="grow" />
      <span className="muted small">
        {answer.cached ? "from the cache · " : ""}{answer.elapsed_ms !== undefined && duration(answer.elapsed_ms)}
      </span>
    </div>
  );
}

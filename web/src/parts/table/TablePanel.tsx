import { useId } from "react";
import { tables } from "../../api/client";
import type { Changed, SourceFile, Table } from "../../api/types";
import { plural } from "../../lib/format";
import { useRights } from "../../state/person";
import type { Teaching } from "../../state/useTeaching";
import type { Progress } from "../../state/useWorkspace";
import { exportFormats } from "../Actions";
import { IconButton, Menu } from "../basics";
import { icons } from "../icons";
import { SidePanel } from "../SidePanel";
import type { Lesson } from "../teach/TeachForm";
import { Columns } from "./Columns";
import { ReceiptView } from "./Receipt";
import { Rows } from "./Rows";
import { Versions } from "./Versions";

export type TableTab = "Columns" | "Rows" | "Receipt" | "Versions";

/** A file that can change has versions. */
const tabsOf = (file: SourceFile): TableTab[] => (file.version === undefined ? ["Columns", "Rows", "Receipt"] : ["Columns", "Rows", "Receipt", "Versions"]);

function Tabs({ id, tab, file, onTab }: { id: string; tab: TableTab; file: SourceFile; onTab: (t: TableTab) => void }) {
  const tabs = tabsOf(file);
  const move = (by: number) => {
    const next = tabs.at((tabs.indexOf(tab) + by) % tabs.length)!;
    onTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="About the table" className="tabs" onKeyDown={(e) => (e.key === "ArrowRight" ? move(1) : e.key === "ArrowLeft" ? move(-1) : undefined)}>
      {tabs.map((t) => (
        <button key={t} id={`${id}-${t}`} type="button" role="tab" aria-selected={t === tab} aria-controls={`${id}-panel`} tabIndex={t === tab ? 0 : -1} onClick={() => onTab(t)}>
          {t}
          {t === "Receipt" && (file.receipt?.rows_rejected ?? 0) > 0 && <span className="dot" title="Some rows were rejected" />}
        </button>
      ))}
    </div>
  );
}

export interface TablePanelProps {
  table: Table;
  profiling: Progress | undefined;
  file: SourceFile;
  tab: TableTab;
  onTab: (t: TableTab) => void;
  onClose: () => void;
  onRemove: () => void;
  onTable: (t: Table) => void;
  /** Told when the file was read again or got another version. */
  onChanged: (c: Changed) => void;
  onReload: () => void;
  teaching: Teaching;
  onTeach: (l: Lesson) => void;
}

/** A table in full: what its columns hold, its first rows, how its file was read. */
export default function TablePanel({ table, profiling, file, tab, onTab, onClose, onRemove, onTable, onChanged, onReload, teaching, onTeach }: TablePanelProps) {
  const id = useId();
  const { edit } = useRights();
  const exports = exportFormats.map(([format, label]) => ({ label, href: tables.exportLink(table.id, format) }));
  return (
    <SidePanel label={`Table ${table.name}`} onClose={onClose}>
      <header>
        <div className="grow clip">
          <h2 className="clip" title={table.name} tabIndex={-1}><bdi>{table.name}</bdi></h2>
          <p className="muted small clip" title={file.name}>{plural(table.rows, "row")} · {plural(table.columns.length, "column")} · from <bdi>{file.name}</bdi></p>
        </div>
        <Menu label="Export table" trigger={icons.download} items={exports} />
        {edit && <IconButton label="Remove this file" icon={icons.bin} onClick={onRemove} />}
        <IconButton label="Close" icon={icons.close} onClick={onClose} />
      </header>
      <Tabs id={id} tab={tab} file={file} onTab={onTab} />
      {/* Each tab begins at its top. */}
      <div key={tab} id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${tab}`} className="sheet-body" tabIndex={0}>
        {tab === "Columns" && <Columns key={table.id} session={file.session_id} table={table} profiling={profiling} teaching={teaching} onTeach={onTeach} />}
        {tab === "Rows" && <Rows key={table.id} table={table} />}
        {tab === "Receipt" && <ReceiptView key={file.id} file={file} table={table} onTable={onTable} onChanged={onChanged} />}
        {tab === "Versions" && <Versions key={file.id} file={file} table={table} onChanged={onChanged} onReload={onReload} />}
      </div>
    </SidePanel>
  );
}

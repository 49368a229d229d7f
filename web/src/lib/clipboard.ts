import type { Grid } from "../api/types";
import { type Cell, isNumber } from "./json";
import { exact } from "./format";

/** A cell that no spreadsheet takes for a formula or for two cells. */
function safe(v: Cell): string {
  const text = exact(v).replace(/[\t\r\n]+/g, " ");
  return !isNumber(v) && /^[=+\-@＝＋－＠\0]/.test(text) ? "'" + text : text;
}

/** The rows as tab-separated text, the form that spreadsheets paste. */
export function asText(grid: Grid): string {
  const head = grid.columns.map((c) => safe(c.name)).join("\t");
  return [head, ...grid.rows.map((r) => r.map(safe).join("\t"))].join("\n");
}

/** Puts text on the clipboard; false where the browser refuses. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The way that works on plain HTTP, where there is no clipboard interface. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "offscreen";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
  }
}

import type { ReactNode } from "react";
import type { Column } from "../../api/types";
import { icons } from "../icons";

const typeIcons: Record<string, ReactNode> = {
  integer: icons.hash, float: icons.hash, decimal: icons.hash, string: icons.letters, boolean: icons.toggle,
  date: icons.calendar, datetime: icons.calendar, time: icons.clock,
};
const roleIcons: Record<string, ReactNode> = { id: icons.key, geo: icons.place, url: icons.link };

export function TypeIcon({ column }: { column: Pick<Column, "type" | "role"> }) {
  const says = column.role ? `${column.type}, ${column.role}` : column.type;
  return <span className="type" title={says}>{(column.role && roleIcons[column.role]) ?? typeIcons[column.type] ?? icons.letters}</span>;
}

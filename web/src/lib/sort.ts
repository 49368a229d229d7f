import { type Cell, isNumber } from "./json";

export interface Sorting {
  column: number;
  down: boolean;
}

/** Numbers by their size, everything else by its letters; what is missing comes last either way. */
export function sorted(rows: Cell[][], by: Sorting | undefined): Cell[][] {
  if (!by) return rows;
  const letters = new Intl.Collator(undefined, { numeric: true });
  const compare = (a: Cell, b: Cell) => (isNumber(a) && isNumber(b) ? Number(a) - Number(b) : letters.compare(String(a), String(b)));
  return [...rows].sort((x, y) => {
    const a = x[by.column] ?? null;
    const b = y[by.column] ?? null;
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return by.down ? compare(b, a) : compare(a, b);
  });
}

/** What a click on a column makes of the order: first one way, then the other, then as it came. */
export function turned(by: Sorting | undefined, column: number, numeric: boolean): Sorting | undefined {
  if (by?.column !== column) return { column, down: numeric };
  return by.down === numeric ? { column, down: !numeric } : undefined;
}

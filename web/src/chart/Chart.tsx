import { useEffect, useRef, useState } from "react";
import type { View } from "vega";
import { useTheme } from "../state/useTheme";
import { useWidth } from "../parts/basics";
import { fitted, rowsOf, type Spec, titled } from "./fit";
import { viewOf } from "./view";

/** Beyond this many marks a bitmap draws faster than elements of the page. */
const manyMarks = 1500;

const maxHeight = 1200;

function fill(box: HTMLElement, value: unknown): void {
  box.replaceChildren();
  const rows = typeof value === "object" && value !== null ? Object.entries(value) : [["", value] as const];
  for (const [name, v] of rows) {
    const line = document.createElement("div");
    const key = document.createElement("span");
    const text = document.createElement("b");
    key.textContent = name;
    text.textContent = String(v);
    line.append(key, text);
    box.append(line);
  }
}

/** Shows a mark's values beside the pointer, as text. */
function showTip(box: HTMLElement, frame: HTMLElement, event: MouseEvent, value: unknown): void {
  if (value === null || value === undefined || value === "") {
    box.hidden = true;
    return;
  }
  fill(box, value);
  box.hidden = false;
  const area = frame.getBoundingClientRect();
  const x = event.clientX - area.left;
  const y = event.clientY - area.top;
  const left = x + 14 + box.offsetWidth > area.width ? x - 14 - box.offsetWidth : x + 14;
  box.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, y - box.offsetHeight - 8)}px)`;
}

/** Draws a specification; said: what it leaves out stands beside it already. */
export default function Chart({ spec, label, said }: { spec: Spec; label: string; said: boolean }) {
  const { theme } = useTheme();
  const [frame, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const [broken, setBroken] = useState(false);

  useEffect(() => {
    const holder = canvas.current;
    const box = tip.current;
    if (!holder || !box || width === 0) return;
    let view: View | undefined;
    let live = true;
    const draw = async () => {
      view = viewOf(fitted(titled(spec, said), width), theme, holder, rowsOf(spec) > manyMarks ? "canvas" : "svg");
      view.tooltip((_handler: unknown, event: MouseEvent, _item: unknown, value: unknown) => showTip(box, holder, event, value));
      await view.runAsync();
      if (!live) view.finalize();
    };
    draw().then(
      () => live && setBroken(false),
      () => live && setBroken(true),
    );
    return () => {
      live = false;
      view?.finalize();
      holder.replaceChildren();
      box.hidden = true;
    };
  }, [spec, said, theme, width]);

  return (
    <div className="chart" ref={frame} style={{ maxHeight }}>
      {/* Vega gives its own element a role; this one says what the drawing is. */}
      <div role="img" aria-label={label}>
        <div ref={canvas} className="drawing" />
      </div>
      <div ref={tip} className="tip" hidden />
      {broken && <p className="muted">This chart cannot be drawn here; the table has the same values.</p>}
    </div>
  );
}

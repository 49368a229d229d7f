import { useEffect, useRef, useState } from "react";
import { type Loader, logger, None, parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { useTheme } from "../state/useTheme";
import { useWidth } from "../parts/basics";
import { chartConfig } from "./theme";

type Spec = Record<string, unknown>;

/** Refuses every address: a chart carries its data and loads nothing. */
const nothing: Loader = {
  load: () => Promise.reject(new Error("A chart loads nothing.")),
  sanitize: () => Promise.reject(new Error("A chart links to nothing.")),
  http: () => Promise.reject(new Error("A chart loads nothing.")),
  file: () => Promise.reject(new Error("A chart loads nothing.")),
};

/** Beyond this many marks a bitmap draws faster than elements of the page. */
const manyMarks = 1500;

const maxHeight = 1200;

function rowsOf(spec: Spec): number {
  const values = (spec["data"] as { values?: unknown } | undefined)?.values;
  return Array.isArray(values) ? values.length : 0;
}

/** The title repeats the sentence above the chart; what was left out is said. */
function titled(spec: Spec): Spec {
  const { title, ...rest } = spec;
  const left = (title as { subtitle?: unknown } | undefined)?.subtitle;
  return typeof left === "string" && left ? { ...rest, title: { text: `Shown: ${left}`, fontSize: 12, fontWeight: 400 } } : rest;
}

interface Channel {
  type?: unknown;
  axis?: Record<string, unknown> | null;
}

/** Writes 1,400,000,000 as 1.4 B, where there is no room for the digits. */
const shortAmount =
  "abs(datum.value) >= 1e12 ? format(datum.value / 1e12, ',.2~f') + ' T' : abs(datum.value) >= 1e9 ? format(datum.value / 1e9, ',.2~f') + ' B' : " +
  "abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',.2~f') + ' M' : datum.label";

/** Gives axes of amounts few ticks with short labels; Vega-Lite does not take that from a theme. */
function fewTicks(encoding: Record<string, unknown>): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const name of ["x", "y"]) {
    const channel = encoding[name] as Channel | undefined;
    if (channel?.type === "quantitative" && channel.axis !== null) changed[name] = { ...channel, axis: { tickCount: 5, labelExpr: shortAmount, ...channel.axis } };
  }
  return changed;
}

/** Fits a specification into the page: its width, unless it is made of several parts. */
function fitted(spec: Spec, width: number): Spec {
  const parts = ["facet", "hconcat", "vconcat", "concat", "repeat"].some((k) => k in spec);
  const encoding = (spec["encoding"] ?? {}) as Record<string, unknown>;
  if (parts || "row" in encoding || "column" in encoding || "facet" in encoding) return spec;
  const y = encoding["y"] as Channel | undefined;
  const height = y?.type === "nominal" || y?.type === "ordinal" ? { step: 34 } : 300;
  return { height, ...spec, encoding: { ...encoding, ...fewTicks(encoding) }, width, autosize: { type: "fit-x", contains: "padding", resize: true } };
}

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

export default function Chart({ spec, label }: { spec: Spec; label: string }) {
  const [theme] = useTheme();
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
      const whole = fitted(titled(spec), width) as unknown as TopLevelSpec;
      const compiled = compile(whole, { config: chartConfig(theme, rowsOf(spec)), logger: logger(None) });
      // The interpreter walks the expressions' syntax trees, because the
      // policy forbids to make functions of text.
      view = new View(parse(compiled.spec, undefined, { ast: true }), {
        expr: expressionInterpreter,
        loader: nothing,
        renderer: rowsOf(spec) > manyMarks ? "canvas" : "svg",
        container: holder,
        hover: true,
        logLevel: None,
      });
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
  }, [spec, theme, width]);

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

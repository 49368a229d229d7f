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
function calmAxes(encoding: Record<string, unknown>, width: number): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  const ticks = { x: Math.max(2, Math.min(6, Math.floor(width / 110))), y: 5 };
  for (const name of ["x", "y"] as const) {
    const channel = encoding[name] as Channel | undefined;
    if (!channel || channel.axis === null) continue;
    if (channel.type === "quantitative") changed[name] = { ...channel, axis: { tickCount: ticks[name], labelExpr: shortAmount, ...channel.axis } };
    // The names beside bars speak for themselves; a title turned on its side costs their room.
    else if (name === "y" && isBand(channel)) changed[name] = { ...channel, axis: { title: null, ...channel.axis } };
  }
  return changed;
}

const isBand = (channel: Channel | undefined) => channel?.type === "nominal" || channel?.type === "ordinal";

/** As high as the bars need: many are slimmer. */
function heightOf(spec: Spec, y: Channel | undefined): number | { step: number } {
  if (!isBand(y)) return 300;
  return { step: rowsOf(spec) <= 8 ? 36 : rowsOf(spec) <= 14 ? 30 : 25 };
}

const narrow = 520;

/** A legend beside the drawing where there is room, and below it where there is none. */
function legended(encoding: Record<string, unknown>, width: number, below: boolean): Record<string, unknown> {
  const color = encoding["color"] as (Channel & { legend?: unknown }) | undefined;
  if (!color || color.legend === null || (width >= narrow && !below)) return {};
  return { color: { ...color, legend: { orient: "bottom", direction: "horizontal", columns: Math.max(1, Math.floor(width / 150)), ...(color.legend as object | undefined) } } };
}

const isPie = (spec: Spec) => spec["mark"] === "arc" || (spec["mark"] as { type?: unknown } | undefined)?.type === "arc";

type Row = Record<string, unknown>;

const shareField = "share of all";
const labelledShare = 0.04;

/** The rows with the share of each, and of those large enough to be labelled. */
function withShares(spec: Spec, field: string): Row[] {
  const rows = ((spec["data"] as { values?: Row[] } | undefined)?.values ?? []).map((r) => ({ ...r }));
  const amount = (r: Row) => Number(r[field]) || 0;
  const total = rows.reduce((n, r) => n + amount(r), 0);
  return rows.map((r) => ({ ...r, [shareField]: total === 0 ? 0 : amount(r) / total }));
}

/** A pie as a ring of a size at which shares can be told apart, with the shares written on it. */
function pie(spec: Spec, width: number): Spec {
  const { mark, encoding: channels, ...rest } = spec;
  const encoding = (channels ?? {}) as Record<string, unknown>;
  const field = (encoding["theta"] as { field?: unknown } | undefined)?.field;
  if (typeof field !== "string") return spec;
  const size = Math.min(280, width - 20);
  // Where the slices are not parts of something, they have no share either.
  const whole = (spec["usermeta"] as { whole?: unknown } | undefined)?.whole === true;
  const given = (encoding["tooltip"] as unknown[] | undefined) ?? [];
  const tooltip = whole ? [...given, { field: shareField, type: "quantitative", format: ".1%" }] : given;
  const arc = { ...(typeof mark === "object" ? mark : { type: mark }), innerRadius: size * 0.27 };
  const labels = {
    mark: { type: "text", radius: size * 0.385, fontSize: 12, fontWeight: 600 },
    encoding: {
      text: { field: shareField, type: "quantitative", format: ".0%" },
      opacity: { condition: { test: `datum['${shareField}'] >= ${labelledShare}`, value: 1 }, value: 0 },
      color: { value: pieInk() },
    },
  };
  return {
    ...rest,
    data: { values: withShares(spec, field.replace(/\\(.)/g, "$1")) },
    height: size,
    width: Math.min(width, 440),
    encoding: { theta: encoding["theta"], order: encoding["order"], color: { ...(encoding["color"] as object), ...(legended(encoding, width, width < narrow)["color"] as object | undefined) } },
    layer: [{ mark: arc, encoding: { tooltip } }, ...(whole ? [labels] : [])],
  };
}

/** Writing on a coloured ground: the page's surface is the opposite of its ink. */
const pieInk = () => getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();

/** Fits a specification into the page: its width, unless it is made of several parts. */
function fitted(spec: Spec, width: number): Spec {
  const parts = ["facet", "hconcat", "vconcat", "concat", "repeat"].some((k) => k in spec);
  const encoding = (spec["encoding"] ?? {}) as Record<string, unknown>;
  if (parts || "row" in encoding || "column" in encoding || "facet" in encoding) return spec;
  if (isPie(spec)) return pie(spec, width);
  const height = heightOf(spec, encoding["y"] as Channel | undefined);
  return { height, ...spec, encoding: { ...encoding, ...calmAxes(encoding, width), ...legended(encoding, width, false) }, width, autosize: { type: "fit-x", contains: "padding", resize: true } };
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

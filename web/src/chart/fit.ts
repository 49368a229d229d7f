// Fits a chart's specification, which says what is drawn, to the page: its
// width, calm axes, and a legend where there is room for one.

export type Spec = Record<string, unknown>;

type Row = Record<string, unknown>;

interface Channel {
  field?: unknown;
  type?: unknown;
  timeUnit?: unknown;
  format?: unknown;
  axis?: Record<string, unknown> | null;
}

function valuesOf(spec: Spec): Row[] {
  const values = (spec["data"] as { values?: unknown } | undefined)?.values;
  return Array.isArray(values) ? (values as Row[]) : [];
}

const panelsOf = (spec: Spec): Spec[] => (Array.isArray(spec["vconcat"]) ? (spec["vconcat"] as Spec[]) : []);

/** The rows of a drawing, or of the largest of its panels. */
export const rowsOf = (spec: Spec): number => Math.max(valuesOf(spec).length, ...panelsOf(spec).map((p) => valuesOf(p).length));

/** What was left out of the drawing, or drawn otherwise than asked. */
export function remark(spec: Spec): string | undefined {
  const text = (spec["title"] as { subtitle?: unknown } | undefined)?.subtitle;
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** The title repeats the sentence above the chart; a remark is said, unless it is said beside it. */
export function titled(spec: Spec, said: boolean): Spec {
  const { title: _, ...rest } = spec;
  const left = remark(spec);
  return left && !said ? { ...rest, title: { text: `Shown: ${left}`, fontSize: 12, fontWeight: 400 } } : rest;
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

/** A name in the data as Vega-Lite's field names it. */
const plainField = (field: unknown) => (typeof field === "string" ? field.replace(/\\(.)/g, "$1") : "");

/** The different values that stand along a channel, as texts. */
const namesOf = (spec: Spec, channel: Channel) => [...new Set(valuesOf(spec).map((r) => String(r[plainField(channel.field)])))];

const longestOf = (names: string[]) => Math.max(0, ...names.map((n) => n.length));

const periodMonths: Record<string, number> = { utcyear: 12, utcyearquarter: 3, utcyearmonth: 1 };
const periodFormats: Record<string, string> = { utcyear: "%Y", utcyearquarter: "Q%q %Y", utcyearmonth: "%b %Y" };

/** How many periods there are from the first date to the last. */
function periods(dates: Date[], months: number): number {
  const at = dates.map((d) => Math.floor((d.getUTCFullYear() * 12 + d.getUTCMonth()) / months));
  return Math.max(...at) - Math.min(...at) + 1;
}

/**
 * Bars of periods stand each over its own name, as other bars do. Where a
 * period is missing they stay on the line of time, so that the gap is seen.
 */
function namedPeriods(spec: Spec, x: Channel): Record<string, unknown> {
  const months = periodMonths[String(x.timeUnit)];
  if (markOf(spec) !== "bar" || x.type !== "temporal" || months === undefined) return {};
  const dates = namesOf(spec, x).map((t) => new Date(t));
  if (dates.length === 0 || dates.some((d) => Number.isNaN(d.getTime())) || periods(dates, months) !== dates.length) return {};
  return { x: { ...x, type: "ordinal", axis: { ...x.axis, labelAngle: 0, labelExpr: `utcFormat(datum.value, '${periodFormats[String(x.timeUnit)]}')` } } };
}

/** Amounts with parts are written to the cent, like those of the table. */
function exactTips(spec: Spec, tooltip: unknown): Record<string, unknown> {
  if (!Array.isArray(tooltip)) return {};
  const parts = (field: string) => valuesOf(spec).some((r) => typeof r[field] === "number" && !Number.isInteger(r[field]) && Math.abs(r[field]) >= 1);
  return { tooltip: (tooltip as Channel[]).map((t) => (t.format === ",.2~f" && parts(plainField(t.field)) ? { ...t, format: ",.2f" } : t)) };
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

const markOf = (spec: Spec) => (typeof spec["mark"] === "string" ? spec["mark"] : (spec["mark"] as { type?: unknown } | undefined)?.type);

const shareField = "share of all";
const labelledShare = 0.04;

/** The rows with the share of each, and of those large enough to be labelled. */
function withShares(spec: Spec, field: string): Row[] {
  const rows = valuesOf(spec).map((r) => ({ ...r }));
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
  const given = (exactTips(spec, encoding["tooltip"])["tooltip"] as unknown[] | undefined) ?? [];
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
    data: { values: withShares(spec, plainField(field)) },
    height: size,
    width: Math.min(width, 440),
    encoding: { theta: encoding["theta"], order: encoding["order"], color: { ...(encoding["color"] as object), ...(legended(encoding, width, width < narrow)["color"] as object | undefined) } },
    layer: [{ mark: arc, encoding: { tooltip } }, ...(whole ? [labels] : [])],
  };
}

/** Writing on a coloured ground: the page's surface is the opposite of its ink. */
const pieInk = () => getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();

const letter = 7.5; // in pixels, of a label
const besideBars = 90;

/** Standing bars lie down where their names would not stand beside one another. */
function lying(spec: Spec, encoding: Record<string, unknown>, width: number): Record<string, unknown> {
  const { x, y, xOffset, ...rest } = encoding as Record<string, Channel | undefined>;
  if (markOf(spec) !== "bar" || x?.type !== "nominal" || y?.type !== "quantitative") return encoding;
  const names = namesOf(spec, x);
  const longest = longestOf(names);
  if (names.length * (longest * letter + letter) <= width - besideBars) return encoding;
  const { labelAngle: _, ...axis } = x.axis ?? {};
  return { ...rest, x: y, y: { ...x, axis }, ...(xOffset ? { yOffset: xOffset } : {}) };
}

/** Where the labels of amounts and the ends of the other axis stand, beside a panel. */
const besidePanel = 84;
const longestName = 160; // in pixels, of a label: the theme cuts off more

/** The measure of a panel is its heading; turned on its side it would not fit beside so low a drawing. */
function headed(spec: Spec, name: "x" | "y"): Spec {
  const encoding = spec["encoding"] as Record<string, Channel & { title?: unknown }>;
  const amount = encoding[name]!;
  const title = { text: amount.title, fontSize: 12, fontWeight: 600, offset: 8, frame: "group" };
  return { ...spec, title, encoding: { ...encoding, [name]: { ...amount, axis: { ...amount.axis, title: null } } } };
}

/** The names below a panel are said once, below the last of them. */
function unnamed(spec: Spec): Spec {
  const encoding = spec["encoding"] as Record<string, Channel>;
  const x = encoding["x"]!;
  return { ...spec, encoding: { ...encoding, x: { ...x, axis: { ...x.axis, labels: false, title: null } } } };
}

/** How wide the names beside lying bars are. */
function namesWidth(spec: Spec, y: Channel): number {
  return Math.min(longestName, longestOf(namesOf(spec, y)) * letter);
}

/** Panels of several measures below one another, as wide as the page together with what stands beside them. */
function stacked(spec: Spec, width: number): Spec {
  const panels = panelsOf(spec).map((p) => {
    const { autosize: _, ...panel } = fitted(p, width);
    const encoding = panel["encoding"] as Record<string, Channel>;
    const lies = encoding["x"]?.type === "quantitative";
    const height = lies ? panel["height"] : panelsOf(spec).length > 2 ? 140 : 180;
    const legend = legended(encoding, width, true);
    return { lies, spec: headed({ ...panel, height, encoding: { ...encoding, ...legend } }, lies ? "x" : "y") };
  });
  const beside = Math.max(...panels.map((p) => (p.lies ? namesWidth(p.spec, (p.spec["encoding"] as Record<string, Channel>)["y"]!) + besidePanel / 2 : besidePanel)));
  const { resolve, ...rest } = spec;
  const scale = { ...(resolve as { scale?: object } | undefined)?.scale, x: panels.some((p) => p.lies) ? "independent" : "shared" };
  const vconcat = panels.map((p, i) => ({ ...(p.lies || i === panels.length - 1 ? p.spec : unnamed(p.spec)), width: Math.max(80, width - beside) }));
  return { ...rest, vconcat, resolve: { scale }, spacing: 22 };
}

/** Fits a specification into the page: its width, unless it is made of several parts. */
export function fitted(spec: Spec, width: number): Spec {
  if (panelsOf(spec).length > 0) return stacked(spec, width);
  const parts = ["facet", "hconcat", "vconcat", "concat", "repeat"].some((k) => k in spec);
  const given = (spec["encoding"] ?? {}) as Record<string, unknown>;
  if (parts || "row" in given || "column" in given || "facet" in given) return spec;
  if (markOf(spec) === "arc") return pie(spec, width);
  const encoding = lying(spec, given, width);
  const height = heightOf(spec, encoding["y"] as Channel | undefined);
  const periodic = encoding["x"] ? namedPeriods(spec, encoding["x"] as Channel) : {};
  return { height, ...spec, encoding: { ...encoding, ...calmAxes(encoding, width), ...periodic, ...exactTips(spec, encoding["tooltip"]), ...legended(encoding, width, false) }, width, autosize: { type: "fit-x", contains: "padding", resize: true } };
}

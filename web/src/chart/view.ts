import { type Loader, logger, None, parse, type Renderers, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Theme } from "../state/useTheme";
import { rowsOf, type Spec } from "./fit";
import { chartConfig } from "./theme";

/** Refuses every address: a chart carries its data and loads nothing. */
const nothing: Loader = {
  load: () => Promise.reject(new Error("A chart loads nothing.")),
  sanitize: () => Promise.reject(new Error("A chart links to nothing.")),
  http: () => Promise.reject(new Error("A chart loads nothing.")),
  file: () => Promise.reject(new Error("A chart loads nothing.")),
};

/** Makes the drawing of a specification that is fitted to its place; without a container it is only for a picture. */
export function viewOf(spec: Spec, theme: Theme, container?: HTMLElement, renderer: Renderers = "svg"): View {
  const compiled = compile(spec as unknown as TopLevelSpec, { config: chartConfig(theme, rowsOf(spec)), logger: logger(None) });
  // The interpreter walks the expressions' syntax trees, because the policy
  // forbids to make functions of text.
  const shown = container ? { renderer, container, hover: true } : { renderer: "none" as const };
  return new View(parse(compiled.spec, undefined, { ast: true }), { expr: expressionInterpreter, loader: nothing, logLevel: None, ...shown });
}

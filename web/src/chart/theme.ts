import type { Config } from "vega-lite";
import type { Theme } from "../state/useTheme";

// The same eight hues in both modes, told apart also without colour vision;
// the dark ones are lighter, so that they keep their contrast.
const palettes = {
  light: ["#0f766e", "#c4650a", "#4f6bd8", "#c2416b", "#5b8c2a", "#8b5cb8", "#0c8bb5", "#8a6d3b"],
  dark: ["#4fd1bd", "#f2b45a", "#8da2f5", "#f0819f", "#a3cf6b", "#c3a1ea", "#5cc4e8", "#d0b98a"],
};

const ramps = {
  light: ["#e3f1ef", "#8cc7bf", "#0f766e", "#083f3b"],
  dark: ["#1d3532", "#2b6f66", "#4fd1bd", "#d3f7f0"],
};

/** How charts look, few bars slimmer; colours of text and lines are the page's own. */
export function chartConfig(theme: Theme, rows: number): Config {
  const page = getComputedStyle(document.documentElement);
  const colour = (name: string) => page.getPropertyValue(name).trim();
  const font = page.getPropertyValue("--font").trim();
  const ink = colour("--ink-2");
  const first = palettes[theme][0]!;
  return {
    background: "transparent",
    font,
    padding: 4,
    view: { stroke: null },
    axis: {
      labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, titlePadding: 10, labelPadding: 6,
      gridColor: colour("--line"), domain: false, ticks: false, labelLimit: 160, labelOverlap: true,
    },
    axisX: { grid: false, domain: true, domainColor: colour("--line-2") },
    axisBand: { grid: false },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, symbolType: "circle", symbolSize: 90, rowPadding: 7, labelLimit: 180 },
    header: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 },
    title: { color: colour("--ink"), fontSize: 14, fontWeight: 600, anchor: "start", offset: 12, subtitleColor: ink },
    range: { category: palettes[theme], ramp: ramps[theme], heatmap: ramps[theme], ordinal: ramps[theme] },
    mark: { color: first, tooltip: true },
    bar: { color: first, cornerRadiusEnd: 3, discreteBandSize: { band: rows <= 6 ? 0.5 : 0.72 } },
    line: { color: first, strokeWidth: 2.2, strokeJoin: "round", strokeCap: "round" },
    area: { color: first, fillOpacity: 0.18, line: true },
    point: { color: first, filled: true, size: 46, opacity: 0.75 },
    arc: { stroke: colour("--surface"), strokeWidth: 2 },
    rect: { stroke: null },
    rule: { color: ink },
    text: { color: ink, fontSize: 12 },
  };
}

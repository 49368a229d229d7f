import { describe, expect, it } from "vitest";
import { fitted, remark, rowsOf, type Spec, titled } from "./fit";

const bars = (values: Spec[], timeUnit: string): Spec => ({
  mark: { type: "bar" },
  title: { text: "Total by time", subtitle: "bars, because it was so" },
  data: { values },
  encoding: {
    x: { field: "when", type: "temporal", timeUnit },
    y: { field: "total", type: "quantitative" },
    tooltip: [{ field: "total", type: "quantitative", format: ",.2~f" }],
  },
});

const xOf = (spec: Spec) => (fitted(spec, 800)["encoding"] as { x: { type: string; axis?: { labelExpr?: string } } }).x;

describe("a chart is fitted", () => {
  it("with bars of whole periods each over its own name", () => {
    const x = xOf(bars([{ when: "2023-01-01", total: 1 }, { when: "2024-01-01", total: 2 }], "utcyear"));
    expect(x.type).toBe("ordinal");
    expect(x.axis?.labelExpr).toContain("'%Y'");
    expect(xOf(bars([{ when: "2023-10-01", total: 1 }, { when: "2024-01-01", total: 2 }], "utcyearquarter")).type).toBe("ordinal");
  });

  it("on the line of time where a period is missing, or a date is none", () => {
    expect(xOf(bars([{ when: "2023-01-01", total: 1 }, { when: "2025-01-01", total: 2 }], "utcyear")).type).toBe("temporal");
    expect(xOf(bars([{ when: null, total: 1 }], "utcyear")).type).toBe("temporal");
    expect(xOf(bars([{ when: "2023-01-01", total: 1 }], "utcyearmonthdate")).type).toBe("temporal");
  });

  it("with amounts to the cent where there are cents", () => {
    const tip = (total: number) => (fitted(bars([{ when: "2023-01-01", total }], "utcyear"), 800)["encoding"] as { tooltip: { format: string }[] }).tooltip[0]?.format;
    expect(tip(106109.2)).toBe(",.2f");
    expect(tip(106109)).toBe(",.2~f");
  });

  it("with bars that lie down where their names would cover one another", () => {
    const names = ["Italy", "Germany", "Netherlands", "Norway", "Sweden"];
    const spec: Spec = {
      mark: { type: "bar" },
      data: { values: names.map((country, i) => ({ country, total: i })) },
      encoding: { x: { field: "country", type: "nominal", axis: { labelAngle: 0 } }, y: { field: "total", type: "quantitative" } },
    };
    const at = (width: number) => fitted(spec, width)["encoding"] as { x: { field: string }; y: { field: string; axis?: Spec } };
    expect(at(800).x.field).toBe("country");
    expect(at(340)).toMatchObject({ x: { field: "total" }, y: { field: "country" } });
    expect(at(340).y.axis).not.toHaveProperty("labelAngle");
  });

  it("and says what it leaves out once", () => {
    const spec = bars([], "utcyear");
    expect(remark(spec)).toBe("bars, because it was so");
    expect(titled(spec, false)["title"]).toMatchObject({ text: "Shown: bars, because it was so" });
    expect(titled(spec, true)["title"]).toBeUndefined();
  });

  it("with the panels of several measures below one another, their names said once", () => {
    const panel = (field: string): Spec => ({
      mark: { type: "bar" },
      data: { values: [{ country: "Italy", [field]: 1 }, { country: "Netherlands", [field]: 2 }, { country: "Norway", [field]: 3 }] },
      encoding: { x: { field: "country", type: "nominal" }, y: { field, type: "quantitative", title: `the ${field}` } },
    });
    const spec: Spec = { title: { text: "price and orders" }, vconcat: [panel("price"), panel("orders")], resolve: { scale: { x: "shared", color: "independent" } } };
    expect(rowsOf(spec)).toBe(3);
    const wide = fitted(spec, 800);
    expect(wide).toMatchObject({
      resolve: { scale: { x: "shared", color: "independent" } },
      vconcat: [
        { title: { text: "the price" }, encoding: { x: { axis: { labels: false } }, y: { axis: { title: null } } } },
        { title: { text: "the orders" }, encoding: { y: { axis: { title: null } } } },
      ],
    });
    const panels = (s: Spec) => s["vconcat"] as { width: number; encoding: { x: { axis?: Spec } } }[];
    expect(panels(wide)[1]?.encoding.x.axis ?? {}).not.toHaveProperty("labels");
    expect(panels(wide).every((p) => p.width < 800)).toBe(true);
    expect(fitted(spec, 280)).toMatchObject({ resolve: { scale: { x: "independent" } }, vconcat: [{ encoding: { y: { field: "country" }, x: { axis: { title: null } } } }, {}] });
  });
});

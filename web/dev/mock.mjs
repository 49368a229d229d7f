// A stand-in for the server while the page is drawn: canned answers, kept in
// memory, with the policy of the real one. Not part of the product, and no test
// relies on it.
//
//   npm run build && node dev/mock.mjs 8090
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";

const port = Number(process.argv[2] ?? 8090);
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const kinds = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml", woff2: "font/woff2" };

const id = (() => {
  let n = 0;
  return (kind) => `${kind}-${++n}`;
})();
const soon = new Date(Date.now() + 6.2 * 864e5).toISOString();
const state = { sessions: [], files: {}, talks: {}, queries: {} };

const months = Array.from({ length: 18 }, (_, i) => new Date(Date.UTC(2024, i, 1)).toISOString().slice(0, 10));
const regions = [["North", 812340.5], ["West", 655210.25], ["South", 498120], ["East", 411002.75], [null, 18220.1]];

function column(name, type, role, stats, unit) {
  return { name, type, role, role_reason: `Looks like a ${role}.`, unit, stats };
}

function ordersTable(session, file) {
  return {
    id: id("table"), session_id: session, file_id: file, name: "orders", rows: 12480, sha256: "9f2c4be1a7d0".repeat(5) + "9f2c", bytes: 210000, profiled: true,
    columns: [
      column("order_id", "integer", "id", { nulls: 0, distinct: 12480, min: 1, max: 12480 }),
      column("ordered_at", "date", "time", { nulls: 0, distinct: 540, min: "2024-01-01", max: "2025-06-30" }),
      column("region", "string", "geo", { nulls: 210, distinct: 4, top: [{ value: "North", rows: 4120 }, { value: "West", rows: 3300 }, { value: "South", rows: 2800 }, { value: "East", rows: 2050 }] }),
      column("<img src=x onerror=alert(1)>", "string", "dimension", { nulls: 0, distinct: 9, top: [{ value: "<script>alert(2)</script>", rows: 2100 }] }),
      column("amount", "decimal", "measure", { nulls: 12, distinct: 8100, min: 2.5, max: 4820.75, mean: 191.2 }, "USD"),
      column("returned", "boolean", "flag", { nulls: 0, distinct: 2, top: [{ value: false, rows: 11900 }, { value: true, rows: 580 }] }),
    ],
  };
}

function sampleFile(session) {
  const file = id("file");
  return {
    id: file, session_id: session, name: "orders.csv", size: 1204221, status: "completed", tables: [ordersTable(session, file)],
    receipt: {
      format: "csv", rows_read: 12480, rows_rejected: 2, encoding: "utf-8", delimiter: ";", header_row: 1, header_reason: "the first line has words only, the next ones numbers",
      notes: [{ code: "day_month_order", text: "Dates are read day first: 13 of them cannot be read month first." }, { code: "kept_as_text", text: "The column zip keeps its leading zeros and is text." }],
      rejected: [{ line: 881, column: "amount", reason: "Six fields are expected, there are eight.", text: "881;2024-02-11;North;toys;12,50;no;;" }, { line: 10022, reason: "A quote is never closed." }],
    },
  };
}

const profile = {
  columns: [
    { name: "amount", type: "decimal", nulls: 12, distinct: 8100, min: 2.5, max: 4820.75, mean: 191.2, quantiles: { p5: 8, p25: 61.2, p50: 140.1, p75: 260, p95: 900 }, histogram: Array.from({ length: 24 }, (_, i) => ({ from: i * 200, to: (i + 1) * 200, rows: Math.round(3000 * Math.exp(-i / 4)) })) },
  ],
};

const base = (q, session, talk) => ({
  query_id: id("query"), conversation_id: talk, session_id: session, query: q, status: "answered", explanation: "", assumptions: [], ignored: [], notes: [], reader: "offline", cached: false, elapsed_ms: 14,
  provenance: { tables: [{ id: "t", name: "orders", sha256: "9f2c4be1a7d0".repeat(5), rows: 12480 }], engine: "duckdb 1.5.6", now: new Date().toISOString() }, created_at: new Date().toISOString(),
});
const plan = (kind, group) => ({ v: 1, kind, from: { table: "orders" }, group, measures: [{ as: "total amount", expr: { op: "sum", args: [{ op: "col", col: { name: "amount" } }] } }] });
const working = { plan_text: "from orders\nmeasure sum(amount) as \"total amount\"\ngroup region\norder \"total amount\" desc", sql: 'SELECT "region", sum("amount") AS "total amount"\nFROM "orders"\nWHERE "ordered_at" >= DATE \'2024-01-01\' -- this year\nGROUP BY 1\nORDER BY 2 DESC NULLS LAST\nLIMIT 10001' };

function answer(q, session, talk) {
  const a = base(q, session, talk);
  if (/refuse|weather/.test(q)) return { ...a, status: "refused", reason: "Nothing in your data is called “weather”.", explanation: "", words: ["weather"], near: ["region", "returned"], try: ["total amount by region", "number of orders by month"] };
  if (/best|clar/.test(q)) return { ...a, status: "clarify", question: "Best by what?", options: [{ label: "Highest total amount", value_hint: "North, 812 k", plan: plan("table") }, { label: "Most orders", value_hint: "West, 3,300", plan: plan("table") }] };
  if (/rows|list/.test(q)) {
    const rows = Array.from({ length: 5000 }, (_, i) => [i + 1, months[i % 18], regions[i % 5][0], "<img src=x onerror=alert(1)>", 12.5 * i, i % 9 === 0]);
    return { ...a, ...working, plan: { kind: "rows" }, explanation: "All orders, 5,000 of 12,480 shown.", confidence: "high", result: { columns: [["order_id", "integer"], ["ordered_at", "date"], ["region", "string"], ["category", "string"], ["amount", "decimal"], ["returned", "boolean"]].map(([name, type]) => ({ name, type, unit: name === "amount" ? "USD" : null })), rows, row_count: 12480, truncated: true } };
  }
  if (/month|trend/.test(q)) {
    const rows = months.map((m, i) => [m, 60000 + 22000 * Math.sin(i / 2.4) + i * 2100]);
    return { ...a, ...working, plan: plan("series", [{ as: "month", expr: { op: "trunc", unit: "month" } }]), explanation: "Total amount per month, January 2024 to June 2025.", confidence: "high", notes: ["June 2025 is not over: its total will still grow."], result: { columns: [{ name: "month", type: "date", unit: null }, { name: "total amount", type: "decimal", unit: "USD" }], rows, row_count: 18, truncated: false }, followups: ["by quarter", "only North"],
      chart: { $schema: "https://vega.github.io/schema/vega-lite/v6.json", mark: { type: "line", point: true }, data: { values: rows.map(([x, y]) => ({ month: x, total: y })) }, encoding: { x: { field: "month", type: "temporal", title: null }, y: { field: "total", type: "quantitative", title: "total amount" } } } };
  }
  if (/region/.test(q)) {
    return { ...a, ...working, plan: plan("table", [{ as: "region" }]), explanation: "Total amount by region, highest first.", confidence: "medium", reasons: ["“sales” could also be the number of orders."], ignored: /really/.test(q) ? ["really"] : [], assumptions: [{ code: "default_measure", text: "I took “sales” as the sum of amount.", alternatives: [{ label: "Number of orders", value_hint: "12,480", patch: [{ op: "replace", path: "/kind", value: "scalar" }] }, { label: "Average amount", value_hint: "$191.20", patch: [{ op: "replace", path: "", value: plan("scalar") }] }] }], notes: ["210 orders have no region; they are shown as one group."], result: { columns: [{ name: "region", type: "string", unit: null }, { name: "total amount", type: "decimal", unit: "USD" }], rows: regions, row_count: 5, truncated: false }, followups: ["as share of the total", "by month", "only in 2024"],
      chart: { mark: "bar", data: { values: regions.map(([r, v]) => ({ region: r ?? "(none)", total: v })) }, encoding: { y: { field: "region", type: "nominal", sort: null, title: null }, x: { field: "total", type: "quantitative", title: "total amount" } } } };
  }
  return { ...a, ...working, plan: plan("scalar"), explanation: "Total amount of all orders.", confidence: "high", result: { columns: [{ name: "total amount", type: "decimal", unit: "USD" }], rows: [[2394893.6]], row_count: 1, truncated: false }, followups: ["by region", "by month"] };
}

function keep(a) {
  const talks = (state.talks[a.session_id] ??= []);
  if (!talks.some((t) => t.id === a.conversation_id)) talks.unshift({ id: a.conversation_id, session_id: a.session_id, name: a.query, created_at: a.created_at, updated_at: a.created_at });
  (state.queries[a.conversation_id] ??= []).unshift(a);
  return a;
}

function session(name) {
  const now = new Date().toISOString();
  const s = { id: id("session"), name, status: "active", created_at: now, updated_at: now, expires_at: soon };
  state.sessions.unshift(s);
  return s;
}

const body = async (q) => {
  const parts = [];
  for await (const p of q) parts.push(p);
  return Buffer.concat(parts);
};
const json = (r, status, v) => r.writeHead(status, { "Content-Type": "application/json" }).end(v === undefined ? "" : JSON.stringify(v));
const list = (r, items) => json(r, 200, { items });
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function stream(q, r) {
  const ask = JSON.parse(await body(q));
  const a = ask.plan ? { ...answer("total", ask.session_id, ask.conversation_id ?? id("talk")), query: ask.query } : answer(ask.query, ask.session_id, ask.conversation_id ?? id("talk"));
  r.writeHead(200, { "Content-Type": "text/event-stream" });
  const say = (type, data) => r.write(`id: x.${type}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  say("status", { stage: "understanding" });
  await wait(150);
  if (a.sql) say("sql", { sql: a.sql });
  say("status", { stage: "computing" });
  await wait(150);
  if (a.result) say("result", a.result);
  say("text", { text: a.explanation, notes: a.notes });
  say("done", keep(a));
  r.end();
}

async function api(q, r, url) {
  const path = url.pathname.slice("/api/v1".length);
  const m = (pattern) => pattern.exec(path)?.slice(1);
  let x;
  if (path === "/sessions" && q.method === "GET") return list(r, state.sessions);
  if (path === "/samples" || path === "/files/upload") {
    await body(q);
    const s = session("Sample data");
    const f = sampleFile(s.id);
    state.files[s.id] = [f];
    return json(r, 200, { session_id: s.id, files: [f], total_files: 1, total_size: f.size });
  }
  if ((x = m(/^\/sessions\/([^/]+)\/files$/))) return list(r, state.files[x[0]] ?? []);
  if ((x = m(/^\/sessions\/([^/]+)\/conversations$/))) return list(r, state.talks[x[0]] ?? []);
  if ((x = m(/^\/sessions\/([^/]+)\/queries$/))) return list(r, state.queries[url.searchParams.get("conversation_id")] ?? []);
  if (path === "/query/suggest") return json(r, 200, { suggestions: ["sales by region", "total amount by month", "total amount", "list all orders", "best region", "what was the weather"].filter((s) => s.includes(url.searchParams.get("q") ?? "")) });
  if (path === "/query/stream") return stream(q, r);
  if (/\/profile$/.test(path)) return json(r, 200, profile);
  if (/\/preview$/.test(path)) { const a = answer("rows", "", ""); return json(r, 200, { ...a.result, rows: a.result.rows.slice(0, 200) }); }
  if (/\/feedback$/.test(path)) return json(r, 204);
  if (q.method === "DELETE" || q.method === "PATCH") return json(r, 204);
  return r.writeHead(404, { "Content-Type": "application/problem+json" }).end(JSON.stringify({ status: 404, code: "not_found", detail: "There is no such thing.", hint: "Look elsewhere.", request_id: "r1" }));
}

createServer(async (q, r) => {
  const url = new URL(q.url, "http://mock");
  r.setHeader("Content-Security-Policy", policy);
  r.setHeader("X-Content-Type-Options", "nosniff");
  if (url.pathname === "/readyz") return json(r, 200, { ready: true });
  if (url.pathname.startsWith("/api/v1/")) return api(q, r, url);
  const name = url.pathname === "/" ? "/index.html" : url.pathname;
  try {
    const data = await readFile(new URL("../dist" + name, import.meta.url));
    r.writeHead(200, { "Content-Type": kinds[name.split(".").at(-1)] ?? "application/octet-stream" }).end(data);
  } catch {
    r.writeHead(404).end();
  }
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));

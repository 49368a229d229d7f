import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ask, orders, possible, totalAmount, turn, openHouse } from "./house";

const house = openHouse();
const money = (n: number) => new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(n);

describe.skipIf(!possible)("wide tables", () => {
  it("stay usable with a thousand columns and a long text", async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `c${i}`);
    const csv = [names.join(","), names.map((_, i) => i).join(","), names.map((_, i) => (i === 0 ? "x".repeat(100_000) : i)).join(",")].join("\n");
    const page = await house.visit(`/#/s/${await house.session({ "wide.csv": csv + "\n" })}`);
    await page.getByRole("button", { name: "Look inside wide" }).click();
    const sheet = page.getByRole("complementary", { name: "Table wide" });
    await sheet.getByLabel("Find a column").fill("c99");
    await expect.poll(() => sheet.locator(".column").count()).toBe(11);
    await sheet.getByRole("tab", { name: "Rows", exact: true }).click();
    await sheet.getByText("The first 200 of 1,000 columns are shown.").waitFor();
    expect((await sheet.locator("tbody td").allInnerTexts()).every((t) => t.length < 400)).toBe(true);
  });
});

describe.skipIf(!possible)("by keyboard", () => {
  it("asks, recalls, stops and moves without a pointer", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const box = page.getByLabel("Your question");
    await box.and(page.locator(":focus")).waitFor();
    await box.blur();
    await page.keyboard.press("/");
    expect(await box.evaluate((e) => e === document.activeElement)).toBe(true);
    await page.keyboard.type("total amount");
    await page.keyboard.press("Shift+Enter");
    expect(await box.inputValue()).toBe("total amount\n");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    if ((await box.inputValue()) !== "total amount") await box.fill("total amount");
    await box.press("Enter");
    await turn(page, 0);
    expect(await box.inputValue()).toBe("");
    await page.keyboard.press("ArrowUp");
    expect(await box.inputValue()).toBe("total amount");
    await page.keyboard.press("ArrowDown");
    expect(await box.inputValue()).toBe("");

    const live = page.locator("[aria-live=polite]");
    await expect.poll(() => live.innerText()).toContain(money(totalAmount()));

    await page.getByRole("button", { name: "Export" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Excel");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Export");
  });

  it("decides about a column among hundreds, and gives the focus back", async () => {
    const names = Array.from({ length: 500 }, (_, i) => `reading_${i}`);
    const page = await house.visit(`/#/s/${await house.session({ "wide.csv": `${names.join(",")}\n${names.map((_, i) => i).join(",")}\n` })}`);
    await page.getByRole("button", { name: "Look inside wide" }).focus();
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("complementary", { name: "Table wide" });
    await sheet.getByRole("tab", { name: "Columns" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const correct = sheet.getByRole("button", { name: "Correct how it is read" });
    await correct.focus();
    await page.keyboard.press("Enter");
    await sheet.getByLabel("Format").and(sheet.locator(":focus")).waitFor();
    await sheet.getByText("Types of columns").focus();
    await page.keyboard.press("Enter");
    expect(await sheet.locator(".types select").count()).toBe(60);
    await page.keyboard.press("Tab");
    await page.keyboard.type("reading_487");
    await page.keyboard.press("Enter"); // does not send the form
    expect(await sheet.locator(".types select").count()).toBe(1);
    await page.keyboard.press("Tab");
    await page.keyboard.type("string");
    expect(await sheet.getByLabel("reading_487", { exact: true }).inputValue()).toBe("string");
    await sheet.getByLabel("Find a column to decide about").fill("");
    await sheet.getByText("Types of columns (1 decided)").waitFor();
    expect(await sheet.getByLabel("reading_487", { exact: true }).inputValue()).toBe("string");
    await sheet.getByRole("button", { name: "Try it" }).press("Enter");
    await sheet.getByRole("region", { name: "What would change" }).getByText("was integer, is string").waitFor();
    await sheet.getByRole("button", { name: "Cancel" }).press("Enter");
    await correct.and(sheet.locator(":focus")).waitFor();
  });

  it("completes what is typed", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const box = page.getByLabel("Your question");
    await box.fill("total"); // at once, so that there is one look-up
    const hints = page.getByRole("listbox", { name: "Questions that would work" });
    await hints.waitFor();
    await page.keyboard.press("ArrowDown");
    const first = await hints.getByRole("option", { selected: true }).innerText();
    await page.keyboard.press("Enter");
    expect(await box.inputValue()).toBe(first);
    await page.keyboard.press("Enter");
    const t = await turn(page, 0);
    expect(await t.locator(".question").innerText()).toContain(first);
  });

  it("goes on from the last question, and leaves a word alone that is half typed", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    await ask(page, "total amount by month");
    const box = page.getByLabel("Your question");
    const below = page.locator(".keys");
    await box.fill("what");
    await page.getByRole("option", { name: /^what about (North|South|East|West)$/ }).first().waitFor();
    await box.fill("");
    await box.pressSequentially("only in Nor");
    await page.getByRole("option", { name: "only in North" }).waitFor();
    expect(await below.innerText()).not.toContain("Not found");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await box.inputValue()).toBe("only in North");
    await page.keyboard.press("Enter");
    expect(await (await turn(page, 1)).locator(".lead").innerText()).toMatch(/North/);
    await box.pressSequentially("Norzyx");
    await below.getByText("Norzyx").waitFor();
  });

  it("underlines words as they are read, and names those that are not found", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const box = page.getByLabel("Your question");
    await box.fill("total amount in North for zyzzyva");
    const read = page.locator(".understood");
    await read.locator(".as-column").getByText("amount").waitFor();
    await read.locator(".as-value").getByText("North").waitFor();
    // The last word may be half typed: it is looked for once the typing rests.
    await read.locator(".as-unknown").getByText("zyzzyva").waitFor();
    expect(await read.locator(".as-unknown").allInnerTexts()).toEqual(["zyzzyva"]);
    expect(await page.locator(".keys").innerText()).toMatch(/Not found in your data:\s*zyzzyva/);
    // The words must stand exactly behind those of the box.
    const [behind, inFront] = await Promise.all([read.locator("> div").evaluate((e) => e.scrollHeight), box.evaluate((e) => e.clientHeight)]);
    expect(Math.abs(behind + 14 - inFront)).toBeLessThan(3);
  });

  it("knows its keys, and does without them where they are switched off", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const box = page.getByLabel("Your question");
    await ask(page, "total amount");
    await ask(page, "average amount");
    await box.press("Escape");
    await page.keyboard.press("k");
    expect(await page.evaluate(() => document.activeElement?.querySelector(".question")?.textContent)).toContain("total amount");
    await page.keyboard.press("t");
    const panel = page.getByRole("complementary", { name: "Table orders" });
    await panel.waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Settings and keys" });
    await sheet.getByLabel(/Single keys work/).uncheck();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.keyboard.press("n");
    expect(await sheet.count()).toBe(0);
    expect(await page.locator(".turn").count()).toBe(2);
  });

  it("puts an earlier question back into the box", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const t = await ask(page, "total amount by region");
    await t.getByRole("button", { name: "Change this question" }).click();
    const box = page.getByLabel("Your question");
    expect(await box.inputValue()).toBe("total amount by region");
    expect(await box.evaluate((e) => e === document.activeElement)).toBe(true);
  });

  it("asks an earlier question in other words, and keeps the conversation as it was", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    await ask(page, "total amount by region");
    const t = await ask(page, "only in 2024");
    await ask(page, "top 2");
    await t.getByRole("button", { name: "Change this question" }).click();
    await page.getByText("in place of the earlier question").waitFor();
    await page.getByLabel("Your question").press("Escape");
    expect(await page.getByText("in place of the earlier question").count()).toBe(0);
    await t.getByRole("button", { name: "Change this question" }).click();
    await page.getByLabel("Your question").fill("only in 2025");
    // Where it does not get through, the conversation is the one it was.
    const line = "**/query/stream";
    await page.route(line, (r) => r.abort());
    await page.getByLabel("Your question").press("Enter");
    await page.getByRole("button", { name: "Ask again" }).waitFor();
    const asked = async () => (await page.locator(".turn .question").allInnerTexts()).map((q) => q.replace(/^You asked:\s*/, "").trim());
    expect(await asked()).toEqual(["total amount by region", "only in 2024", "top 2", "only in 2025"]);
    await page.unroute(line);
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.getByRole("heading", { name: "top 2" }).waitFor({ state: "detached" });
    await page.locator(".turn[aria-busy=true]").waitFor({ state: "detached" });
    expect(await asked()).toEqual(["total amount by region", "only in 2025"]);
    await page.reload();
    await page.locator(".turn").nth(1).waitFor();
    expect(await asked()).toEqual(["total amount by region", "only in 2025"]);
  });

  it("asks in place of an earlier question only in its conversation", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const t = await ask(page, "total amount by region");
    await t.getByRole("button", { name: "Change this question" }).click();
    await page.getByText("in place of the earlier question").waitFor();
    await page.locator("body").evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("n");
    await page.getByText("in place of the earlier question").waitFor({ state: "detached" });
    expect(await page.getByLabel("Your question").inputValue()).toBe("total amount by region");
  });

  it("reaches everything on the first screen with Tab", async () => {
    const page = await house.visit("/#/");
    await page.getByRole("button", { name: "Try with sample data" }).waitFor();
    const names: string[] = [];
    for (let i = 0; i < 20 && !names.some((n) => n.includes("sample data")); i++) {
      await page.keyboard.press("Tab");
      names.push(await page.evaluate(() => document.activeElement?.textContent || document.activeElement?.getAttribute("aria-label") || ""));
    }
    expect(names.at(-1)).toContain("Try with sample data");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
  });
});

describe.skipIf(!possible)("strangers' text", () => {
  const evil = [
    `<img src=x onerror=alert(1)>`, `<script>alert(2)</script>`, `"><svg onload=alert(3)>`, `javascript:alert(4)`, `{{constructor.constructor('alert(5)')()}}`,
    `'; DROP TABLE x; --`, `\u202Egnp.exe\u2066`, `</textarea></style><style>*{display:none}</style>`, `=HYPERLINK("http://evil.example")`, `\u0000\uFEFF&lt;b&gt;`, `שלום עולם 123`, "長".repeat(60),
  ];
  const long = `${"very long name ".repeat(280)}end`; // 4 kB
  const cell = (s: string) => `"${s.replaceAll('"', '""').replaceAll("\0", "")}"`;

  const untouched = async (page: Page) => {
    expect(await page.evaluate(() => document.querySelectorAll("main img, aside img, dialog img, nav a[href^='javascript:'], iframe, object, embed, script:not([src])").length)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(await page.locator(".brand").isVisible()).toBe(true);
  };

  it("runs no script out of names and cells, in any part of the page", async () => {
    const csv = [["kind", evil[0]!, "amount"].map(cell).join(","), ...evil.map((e, i) => [e, evil[(i + 1) % evil.length]!, String(i + 1)].map(cell).join(","))].join("\n");
    const page = await house.visit(`/#/s/${await house.session({ '<img src=x onerror=alert(6)>.csv': csv + "\n" })}`);
    const t = await ask(page, "total amount by kind");
    await t.locator(".answer").waitFor();
    await expect.poll(async () => {
      await page.mouse.move(0, 0);
      await t.getByRole("img", { name: /^Chart/ }).locator("svg path[aria-roledescription=bar]").last().hover();
      return t.locator(".tip").getByText("<img", { exact: false }).isVisible();
    }).toBe(true);
    await t.getByRole("button", { name: "Table", exact: true }).click();
    await t.getByRole("region", { name: "Result" }).getByText(evil[1]!, { exact: true }).waitFor();
    const pie = await ask(page, "total amount by kind as a pie");
    await pie.getByRole("img", { name: /^Chart/ }).locator("svg, canvas").waitFor();
    await ask(page, `<img src=x onerror=alert(7)> by ${evil[2]}`);
    await page.getByRole("button", { name: /^Look inside/ }).first().click();
    for (const name of [/^Rows/, /^Receipt/, /^Columns/]) await page.getByRole("complementary").getByRole("tab", { name }).click();
    await page.waitForLoadState("networkidle");
    await untouched(page);
  });

  it("keeps its shape with names of any length and any direction", async () => {
    const names = ["amount", evil[6]!, evil[10]!, long];
    const csv = [names.map(cell).join(","), ...evil.map((e, i) => [String(i), e, evil[10]!, long].map(cell).join(","))].join("\n") + "\n";
    const session = await house.session({ [`${"n".repeat(180)}.csv`]: csv });
    await fetch(`${house.url}/api/v1/sessions/${session}`, { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: `<b>${"x".repeat(150)}</b> ${evil[10]!}` }) });
    const page = await house.visit(`/#/s/${session}`);
    await ask(page, "total amount");
    await ask(page, `${evil[10]!} ${"w".repeat(3000)}`);
    await page.getByRole("button", { name: /^Look inside/ }).first().click();
    const panel = page.getByRole("complementary");
    await panel.getByRole("tab", { name: "Rows" }).click();
    await panel.getByRole("region", { name: /^First rows/ }).waitFor();
    await untouched(page);
    await page.getByRole("button", { name: /^Session:/ }).click();
    await untouched(page);
  });

  it("shows a hostile answer as text, and no chart that reaches out", async () => {
    const session = await house.session({ "orders.csv": orders() });
    const page = await house.visit(`/#/s/${session}`);
    const text = `${evil.join(" ")}`;
    const chart = {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json", data: { url: "https://evil.example/data.json" },
      transform: [{ calculate: "alert(8)", as: "x" }], usermeta: { embedOptions: { loader: "x" } },
      mark: { type: "image", url: "https://evil.example/x.png" }, encoding: { href: { value: "javascript:alert(9)" }, tooltip: { value: evil[0] }, url: { value: "https://evil.example/y.png" } },
    };
    const answer = {
      query_id: "q", conversation_id: "", session_id: session, query: text, status: "answered", explanation: text, confidence: "low", reasons: evil, notes: evil, ignored: evil.slice(0, 3),
      assumptions: [{ code: "x", text, alternatives: [{ label: text, value_hint: text, patch: [{ op: "replace", path: "/__proto__/polluted", value: true }] }] }],
      followups: evil, sql: text, plan: { kind: "table" }, plan_text: text, chart, spans: [{ span: { start: -5, end: 1e9 }, text: "x", kind: "__proto__", refs: evil }],
      result: { columns: [{ name: evil[0], type: "string" }, { name: "__proto__", type: "integer" }], rows: [[evil[1], 1], [evil[2], 2]], row_count: 2, truncated: false },
      provenance: { engine: evil[0], tables: [{ id: "t", name: evil[0], sha256: evil[1], rows: 1 }] },
    };
    await page.route("**/query/stream", (route) => route.fulfill({ contentType: "text/event-stream", body: `id: r.1\nevent: done\ndata: ${JSON.stringify(answer)}\n\n` }), { times: 1 });
    const t = await ask(page, "anything");
    await t.getByText("How this was computed").click();
    await t.getByText("Low confidence").click();
    expect(await t.locator(".lead p").innerText()).toContain("<script>alert(2)</script>");
    await page.waitForLoadState("networkidle");
    await untouched(page);
    expect(await page.evaluate(() => "polluted" in {})).toBe(false);
    expect(await page.locator("a[href*='evil'], [href^='javascript']").count()).toBe(0);
  });

  it("shows hostile errors as text", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const problem = { status: 500, code: "x", title: evil[0], detail: evil.join(" "), hint: evil[1], request_id: evil[2] };
    await page.route("**/query/stream", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    const t = await ask(page, "anything");
    expect(await t.getByRole("alert").innerText()).toContain("<script>alert(2)</script>");
    await untouched(page);
  });
});

describe.skipIf(!possible)("looks", () => {
  it("follows the system's colours and keeps the chosen ones", async () => {
    const session = await house.session({ "orders.csv": orders() });
    const page = await house.visit(`/#/s/${session}`, { colorScheme: "dark" });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    const t = await ask(page, "total amount by region");
    const bar = t.locator(".chart svg path[aria-roledescription=bar]").first();
    await bar.waitFor();
    const darkBar = await bar.getAttribute("fill");
    await page.getByRole("button", { name: "Light colours" }).click();
    const light = await background();
    expect(light).not.toBe(dark);
    await expect.poll(() => t.locator(".chart svg path[aria-roledescription=bar]").first().getAttribute("fill")).not.toBe(darkBar);
    await page.reload();
    expect(await background()).toBe(light);
  });

  it("stands beside the answer where there is room, and lets it be read", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
    const t = await ask(page, "total amount by region");
    await page.getByRole("button", { name: "Look inside orders" }).click();
    const panel = page.getByRole("complementary", { name: "Table orders" });
    await panel.waitFor();
    const [answer, side] = await Promise.all([t.locator(".answer").boundingBox(), panel.boundingBox()]);
    expect(answer!.x + answer!.width).toBeLessThanOrEqual(side!.x);
    await ask(page, "average amount");
    await page.setViewportSize({ width: 700, height: 800 });
    await page.getByRole("dialog", { name: "Table orders" }).waitFor();
  });

  it("prints a conversation in black on white", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`, { colorScheme: "dark" });
    await ask(page, "total amount by region");
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect(await page.locator(".rail, .dock, .actions").evaluateAll((list) => list.every((e) => getComputedStyle(e).display === "none"))).toBe(true);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
  });

  it("comes in few bytes, charts only when there is one", async () => {
    const page = await house.visit("about:blank");
    const bytes: Record<string, number> = {};
    const sizes: Promise<unknown>[] = [];
    page.on("requestfinished", (r) => sizes.push(r.sizes().then((s) => (bytes[new URL(r.url()).pathname] = s.responseBodySize), () => undefined)));
    await page.goto(`${house.url}/#/s/${await house.session({ "orders.csv": orders() })}`);
    await page.getByRole("list", { name: "Suggested questions" }).waitFor();
    const code = () => Object.entries(bytes).filter(([path]) => /\.(js|css)$/.test(path)).reduce((n, [, size]) => n + size, 0);
    await page.waitForLoadState("networkidle");
    await Promise.all(sizes);
    const start = code();
    expect(start).toBeGreaterThan(20_000);
    expect(start).toBeLessThan(150_000);
    const t = await ask(page, "total amount by region");
    await t.getByRole("img", { name: /^Chart/ }).locator("svg").waitFor();
    await Promise.all(sizes);
    expect(code() - start).toBeGreaterThan(50_000);
    expect(code() - start).toBeLessThan(330_000);
  });

  it("fits a narrow screen", async () => {
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`, { viewport: { width: 380, height: 760 } });
    const t = await ask(page, "total amount by region");
    await t.getByRole("img", { name: /^Chart/ }).locator("svg, canvas").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380);
    const wide = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 381 && !e.closest(".grid, .chart, .offscreen, pre")).map((e) => e.className));
    expect(wide).toEqual([]);
    await page.getByRole("button", { name: "Menu", exact: true }).click();
    await page.getByRole("region", { name: "Tables" }).getByText("orders").first().waitFor();
    await page.getByRole("button", { name: "Close the menu" }).click({ position: { x: 370, y: 500 } });
    // A long name leaves the buttons beside it in reach.
    await page.locator("input[aria-label='Choose files']").setInputFiles([
      { name: `${"a long name ".repeat(12)}.csv`, mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") },
      { name: `${"nothing".repeat(20)}.csv`, mimeType: "text/csv", buffer: Buffer.from("") },
    ]);
    const tray = page.getByRole("status", { name: "Uploads" });
    for (const name of ["Receipt", "Dismiss"]) {
      const box = await tray.getByRole("button", { name }).boundingBox();
      expect(box!.x + box!.width).toBeLessThanOrEqual(380);
    }
    await tray.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("button", { name: "Menu", exact: true }).click();
    // What was chosen there is in sight, not behind the menu.
    await page.getByRole("link", { name: "tabletalk, start page" }).click();
    await page.getByRole("button", { name: "Try with sample data" }).click();
    await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
  });

  it.each(["light", "dark"] as const)("passes the rules for accessible pages, %s", async (colorScheme) => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const page = await house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`, { colorScheme });
    const check = async (what: string) => {
      await page.evaluate(axe);
      const found = await page.evaluate(() =>
        (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe.run(),
      );
      expect(found.violations.map((v) => `${what}: ${v.id} ${v.nodes[0]?.html} ${v.nodes[0]?.failureSummary}`)).toEqual([]);
    };
    await page.getByRole("list", { name: "Suggested questions" }).waitFor();
    await check("start");
    const t = await ask(page, "total amount by region");
    await t.getByRole("img", { name: /^Chart/ }).locator("svg, canvas").waitFor();
    await t.getByText("How this was computed").click();
    await ask(page, "what is the weather?");
    await check("answers");
    await page.getByRole("button", { name: "Look inside orders" }).click();
    await page.getByRole("complementary").getByText("ordered_at").waitFor();
    await check("table");
    await page.getByRole("tab", { name: "Receipt" }).click();
    await page.getByRole("button", { name: "Correct how it is read" }).click();
    await page.getByText("Types of columns").click();
    await check("correction");
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByText("questions see this one").waitFor();
    await check("versions");
    await page.getByRole("button", { name: /Taught words/ }).click();
    await page.getByRole("dialog", { name: "What was taught" }).waitFor();
    await check("teaching");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Close" }).focus();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Settings and keys" }).waitFor();
    await check("settings");
  });
});


// Starts the real program and a real browser for the tests of the page.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

const binary = process.env["TABLETALK_BIN"] ?? join(import.meta.dirname, "../../bin/tabletalk");
const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Why the tests cannot run here; undefined where they can. */
function missing(): string | undefined {
  if (!existsSync(binary)) return `the program is not built: ${binary} (make build, or set TABLETALK_BIN)`;
  if (!existsSync(browserPath)) return `no Chromium at ${browserPath} (install it, or set CHROMIUM)`;
  return undefined;
}

const why = missing();
if (why) {
  if (process.env["CI"] === "true") throw new Error(why);
  console.warn(`The browser tests are skipped: ${why}`);
}

/** How long something is waited for that should come at once; only where it never comes does it matter. */
const patience = 120_000;

/** True where the tests have what they need. */
export const possible = why === undefined;

/** What went wrong in a page, beyond what a test looks at. */
class Watch {
  readonly found: string[] = [];

  async on(page: Page, origin: string): Promise<void> {
    await page.exposeFunction("__violation", (what: string) => void this.found.push(what));
    await page.addInitScript(() => {
      const tell = (what: string) => (window as unknown as { __violation: (w: string) => void }).__violation(what);
      document.addEventListener("securitypolicyviolation", (e) => tell(`policy: ${e.violatedDirective} refused ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`));
    });
    page.on("dialog", (d) => {
      this.found.push(`a script opened a dialog: ${d.message()}`);
      void d.dismiss();
    });
    page.on("pageerror", (e) => void this.found.push(`error: ${e.stack ?? e.message}`));
    page.on("console", (m) => {
      // Chromium itself writes a line for every answer that is a problem.
      if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) this.found.push(`console: ${m.text()}`);
    });
    page.on("request", (r) => {
      if (!r.url().startsWith(origin) && !/^(blob|data):/.test(r.url())) this.found.push(`a request left the house: ${r.url()}`);
    });
  }
}

/** A setting, or what gives it once the house opens. */
type Setting = string | (() => string);

export class House {
  url = "";
  private server: ChildProcess | undefined;
  private browser: Browser | undefined;
  private readonly contexts: BrowserContext[] = [];
  private readonly watches: Watch[] = [];
  private readonly data = mkdtempSync(join(tmpdir(), "tabletalk-e2e-"));
  private log = "";

  constructor(private readonly settings: readonly Setting[]) {}

  async open(): Promise<void> {
    this.server = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data", this.data, ...this.settings.map((s) => (typeof s === "string" ? s : s()))], { stdio: ["ignore", "pipe", "pipe"] });
    for (const out of [this.server.stdout, this.server.stderr]) out?.on("data", (b: Buffer) => (this.log += b.toString()));
    this.url = await this.said(/^tabletalk is ready on (http:\S+)/m);
    this.browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"], timeout: patience });
  }

  /** The group of a pattern in what the server prints, once it is printed. */
  private async said(pattern: RegExp): Promise<string> {
    const server = this.server!;
    for (;;) {
      const found = pattern.exec(this.log);
      if (found) return found[1]!;
      if (server.exitCode !== null || server.signalCode !== null) throw new Error(`The server ended:\n${this.log}`);
      await new Promise((resolve) => {
        server.stdout!.once("data", resolve);
        server.once("close", resolve);
      });
    }
  }

  async close(): Promise<void> {
    await this.browser?.close();
    const server = this.server;
    if (server && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
    }
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Opens the page in a browser of its own, as a new visitor. */
  async visit(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser!.newContext({ viewport: { width: 1280, height: 860 }, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce", acceptDownloads: true, ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const watch = new Watch();
    this.watches.push(watch);
    await watch.on(page, this.url);
    if (path !== "about:blank") await page.goto(this.url + path);
    return page;
  }

  /** The link that the start printed, which makes the first administrator. */
  async setUpLink(): Promise<string> {
    const link = new URL(await this.said(/(https?:\/\/\S+\/setup#token=\S+)\s/));
    return link.pathname + link.hash;
  }

  /** Makes a session over the API, so that a test begins where it wants to. */
  session(files: Record<string, string>): Promise<string> {
    return this.upload(Object.entries(files).map(([name, text]) => [name, new Blob([text])]));
  }

  /** Makes a session of one archive that holds the files. */
  archive(name: string, files: Record<string, string>): Promise<string> {
    return this.upload([[name, new Blob([zip(files)])]]);
  }

  private async upload(files: [string, Blob][]): Promise<string> {
    const form = new FormData();
    for (const [name, content] of files) form.append("files", content, name);
    const answer = await fetch(this.url + "/api/v1/files/upload", { method: "POST", body: form });
    const body = (await answer.json()) as { session_id: string };
    expect(answer.status, JSON.stringify(body)).toBe(200);
    return body.session_id;
  }

  /** The plan by which the program answers a question. */
  async plan(session: string, query: string): Promise<unknown> {
    const answer = await fetch(this.url + "/api/v1/query/process", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session_id: session, query }) });
    const body = (await answer.json()) as { status: string; plan: unknown };
    expect(body.status).toBe("answered");
    return body.plan;
  }

  /** What the open pages show and the server last said, for whoever reads of a failed test. */
  async seen(): Promise<string> {
    const pages = await Promise.all(this.contexts.flatMap((c) => c.pages()).map(look));
    return [...pages, `the server said:\n${this.log.trimEnd().split("\n").slice(-6).join("\n")}`].join("\n");
  }

  /** Closes a test's pages and tells what went wrong in them. */
  async leave(): Promise<string[]> {
    const found = this.watches.flatMap((w) => w.found);
    this.watches.length = 0;
    for (const c of this.contexts.splice(0)) {
      // A request that is held when its page closes fails nothing.
      await c.unrouteAll({ behavior: "ignoreErrors" });
      await c.close();
    }
    return found;
  }
}

/** A page in a few lines: its address, the alerts on it, and the end of its text. */
async function look(page: Page): Promise<string> {
  const said = await page
    .evaluate(() => ({ alerts: [...document.querySelectorAll<HTMLElement>("[role=alert]")].map((e) => e.innerText), busy: document.querySelectorAll("[aria-busy=true]").length, text: document.body.innerText }))
    .catch((err: unknown) => ({ alerts: [`it does not answer: ${String(err)}`], busy: 0, text: "" }));
  return [`at ${page.url()}, ${said.busy} busy`, ...said.alerts.map((a) => `alert: ${a.replaceAll("\n", " ")}`), `text: … ${said.text.replace(/\s+/g, " ").slice(-600)}`].join("\n");
}

/** A house for the tests of a file. Every page must have kept the policy. */
export function openHouse(...settings: readonly Setting[]): House {
  const house = new House(settings);
  beforeAll(async () => {
    if (possible) await house.open();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") task.meta.seen = await house.seen();
    expect(await house.leave(), "what went wrong in the page itself").toEqual([]);
  });
  afterAll(async () => {
    await house.close();
  });
  return house;
}

/** An archive of files that are stored as they are. */
function zip(files: Record<string, string>): Buffer<ArrayBuffer> {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [n, data] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // needs version 2.0; no flags, no compression, no date
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(n.length, 22);
    const rest = Buffer.alloc(14); // of the entry in the directory: no comment, no attributes
    rest.writeUInt32LE(offset, 10);
    const entry = Buffer.concat([Buffer.from("PK\x03\x04"), common, n, data]);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, n]));
    local.push(entry);
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from("PK\x05\x06"), end]);
}

/** Asks a question and waits for the whole answer. */
export async function ask(page: Page, question: string): Promise<Locator> {
  const before = await page.locator(".turn").count();
  const box = page.getByLabel("Your question");
  await box.fill(question);
  await box.press("Escape"); // closes hints, if there are any
  await box.focus();
  await box.press("Enter");
  return turn(page, before);
}

/** The turn at a place, once it is answered. */
export async function turn(page: Page, index: number): Promise<Locator> {
  const it = page.locator(".turn").nth(index);
  await it.waitFor();
  await page.locator(".turn[aria-busy=true]").waitFor({ state: "detached" });
  return it;
}

/** Orders of a small shop: 240 rows over four regions and two years. */
export function orders(): string {
  const regions = ["North", "South", "East", "West"];
  const products = ["Lamp", "Chair", "Desk"];
  const lines = ["order_id,ordered_at,region,product,amount,quantity"];
  for (let i = 0; i < 240; i++) {
    const month = String((i % 12) + 1).padStart(2, "0");
    const year = i < 120 ? 2024 : 2025;
    lines.push(`${1000 + i},${year}-${month}-15,${regions[i % 4]},${products[i % 3]},${(10 + (i % 7) * 2.5).toFixed(2)},${(i % 5) + 1}`);
  }
  return lines.join("\n") + "\n";
}

/** What the orders add up to, computed here and not by the program. */
export function totalAmount(region?: string): number {
  return orders()
    .trim()
    .split("\n")
    .slice(1)
    .map((l) => l.split(","))
    .filter((f) => region === undefined || f[2] === region)
    .reduce((n, f) => n + Number(f[4]), 0);
}

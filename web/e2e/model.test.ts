// The page where a language model reads along. The model is a server in this
// process, of the chat completions format, that says what a test tells it to.

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, openHouse, orders, possible } from "./house";

interface Reply {
  text?: string;
  plan?: string;
  status?: number;
}

interface Asked {
  messages: { role: string; content: string }[];
}

/** Says one reply after the other of the script that fits a question. */
class FakeModel {
  url = "";
  readonly bodies: string[] = [];
  readonly keys = new Set<string>();
  scripts: Record<string, Reply[]> = {};
  /** Nothing is answered before this is done. */
  held: Promise<void> = Promise.resolve();
  private readonly server = createServer((request, response) => {
    this.keys.add(request.headers.authorization ?? "");
    const parts: Buffer[] = [];
    request.on("data", (b: Buffer) => parts.push(b));
    request.on("end", () => {
      if (request.method === "GET") return void response.writeHead(200, { "Content-Type": "application/json" }).end('{"data":[{"id":"first"},{"id":"second"}]}');
      const body = Buffer.concat(parts).toString();
      this.bodies.push(body);
      return void this.held.then(() => this.answer(JSON.parse(body) as Asked, response));
    });
  });

  async open(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  private answer(asked: Asked, response: ServerResponse): void {
    const name = (JSON.stringify(asked) + "").includes('"model":"second"') ? "second " : "";
    const first = asked.messages.find((m) => m.role === "user")?.content ?? "";
    const key = Object.keys(this.scripts).find((k) => k.startsWith(name) && first.includes(k.slice(name.length)));
    const turns = asked.messages.filter((m) => m.role === "assistant").length;
    const script = key === undefined ? [{ text: "ready" }] : this.scripts[key]!;
    const reply = script[Math.min(turns, script.length - 1)]!;
    if (reply.status) return void response.writeHead(reply.status, { "Content-Type": "application/json" }).end('{"error":{"message":"secret of the vendor"}}');
    response.writeHead(200, { "Content-Type": "text/event-stream", "X-RateLimit-Limit-Requests": "60", "X-RateLimit-Remaining-Requests": "59", "X-RateLimit-Reset-Requests": "1s" });
    const chunk = (delta: unknown, reason: string | null = null) => response.write(`data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`);
    if (reply.plan) chunk({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "run_query", arguments: JSON.stringify({ plan: reply.plan }) } }] });
    for (const piece of (reply.text ?? "").split(/(?<= )/)) chunk({ content: piece });
    chunk({}, reply.plan ? "tool_calls" : "stop");
    response.write(`data: ${JSON.stringify({ id: "x", choices: [], usage: { prompt_tokens: 1200, completion_tokens: 40, total_tokens: 1240 } })}\n\n`);
    response.end("data: [DONE]\n\n");
  }
}

const fake = new FakeModel();
const key = "sk-of-the-operator";
const byRegion = `orders | by region | sum(amount) as "total amount" | order "total amount" desc`;
const total = `orders | sum(amount) as "total amount"`;

// The address is known before the house begins.
beforeAll(() => fake.open());
afterAll(() => fake.close());
const house = openHouse("--model-provider", "openai", "--model-url", () => fake.url, "--model", "first", "--model-key", key, "--model-fallback", "second", "--model-egress", "results");

const open = async () => house.visit(`/#/s/${await house.session({ "orders.csv": orders() })}`);
const pictures = process.env["TABLETALK_PICTURES"];
const picture = async (page: Page, name: string) => {
  if (!pictures) return;
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${pictures}/${name}-${scheme}.png` });
  }
};

describe.skipIf(!possible)("a language model", () => {
  it("reads along: its stage, its sentence, its cost, and what it was sent", async () => {
    fake.scripts = { "total amount by region": [{ plan: byRegion }, { text: "The largest is [[r1:row1.region]] with [[r1:row1.total amount]]. That is all." }] };
    let go = () => {};
    fake.held = new Promise((resolve) => (go = resolve));
    const page = await open();
    const box = page.getByLabel("Your question");
    await box.fill("total amount by region");
    await box.press("Escape");
    await box.press("Enter");
    await page.getByText("Asking the language model").waitFor();
    await picture(page, "stage");
    go();
    const t = page.locator(".turn").first();
    await t.getByText(/^The largest is (North|South|East|West) with/).waitFor();
    const use = t.getByText(/first was asked 2 times/);
    await use.waitFor();
    expect(await use.innerText()).toContain("both readings agree");
    await use.click();
    await t.getByLabel("Request 1").waitFor();
    const sent = await t.getByLabel("Request 1").innerText();
    expect(sent).toContain("total amount by region");
    expect(sent).toBe(fake.bodies[0]);
    expect(await page.content()).not.toContain(key);
    await picture(page, "answer");
    await t.getByLabel("Request 1").evaluate((e) => e.scrollIntoView({ block: "center" }));
    await picture(page, "ledger");
  });

  it("is shown beside the built-in engine where the two differ", async () => {
    fake.scripts = { "total amount by region": [{ plan: total }, { text: "It is [[r1:total amount]] in all." }] };
    const page = await open();
    const t = await ask(page, "total amount by region");
    await t.getByText(/Two readings. The built-in engine reads:/).waitFor();
    await picture(page, "two-readings");
    await t.getByRole("button", { name: /^Use this reading/ }).click();
    await expect.poll(() => page.locator(".turn").count()).toBe(2);
  });

  it("is stopped where a question would take more than it may, and says by which setting", async () => {
    fake.scripts = { "average amount by product": [{ plan: byRegion }] }; // for ever
    const page = await open();
    const t = await ask(page, "average amount by product");
    await t.getByText(/The language model was stopped: .*\(model-max-(calls|tools)\)\. The question was read without it\./).waitFor();
    await t.getByRole("img", { name: /^Chart/ }).waitFor();
    await picture(page, "budget");
  });

  it("whose sentences cannot be verified is not heard", async () => {
    fake.scripts = { "total amount by region": [{ plan: byRegion }, { text: "The largest is 99,999,999." }] };
    const page = await open();
    const t = await ask(page, "total amount by region");
    const use = t.getByText(/first was asked 3 times/);
    await use.waitFor();
    await use.click();
    expect(await t.innerText()).not.toContain("99,999,999 ");
    await picture(page, "dropped");
  });

  it("never learns the names of people", async () => {
    fake.scripts = { "salary of": [{ plan: "staff | order salary desc | select name, salary" }, { text: "[[r1:row1.name]] has the most." }] };
    const page = await house.visit(`/#/s/${await house.session({ "staff.csv": "name,email,city,salary\nZoe Quist,zoe@quist.example,Bonn,77123\nMia Wuttke,mia@example.org,Ulm,200\nJo Brandt,jo@example.org,Ulm,300\n" })}`);
    fake.bodies.length = 0;
    const t = await ask(page, "salary of Zoe Quist");
    await t.getByText("Zoe Quist has the most.").waitFor();
    expect(fake.bodies.length).toBe(2);
    for (const body of fake.bodies) expect(body).not.toMatch(/Zoe|Quist|Mia|Wuttke|Brandt|example\.org/i);
    await t.getByText(/first was asked 2 times/).click();
    await picture(page, "persons");
  });

  it("gives way to another one, and then to the built-in engine, with a notice", async () => {
    fake.scripts = { "second total amount by region": [{ plan: byRegion }, { text: "See the table." }], "total amount": [{ status: 401 }], "second average amount": [{ status: 401 }], "average amount": [{ status: 401 }] };
    const page = await open();
    const stepped = await ask(page, "total amount by region");
    await stepped.getByText("The language model was not used: its key was not accepted. second was asked instead.").waitFor();
    await stepped.getByText(/second and the one before were asked 3 times/).waitFor();
    await stepped.getByRole("img", { name: /^Chart/ }).waitFor();
    await picture(page, "steps-in");
    const other = await open();
    const alone = await ask(other, "average amount by region");
    await alone.getByText(/The question was read without it\./).waitFor();
    await alone.getByRole("img", { name: /^Chart/ }).waitFor();
    expect(await other.content()).not.toContain("secret of the vendor");
    await picture(other, "fallback");
  });

  it("is tested, limited and given a key on the page", async () => {
    fake.scripts = {};
    const page = await open();
    await page.getByRole("button", { name: "Model", exact: true }).click();
    const panel = page.getByRole("dialog", { name: "Language model" });
    await panel.getByRole("button", { name: "Test the connection" }).click();
    await panel.getByText(/first: The language model answers\./).waitFor();
    await panel.getByText(/The server offers first, second/).first().waitFor();
    await panel.getByText(/59 of 60 requests left/).first().waitFor();
    await picture(page, "panel");
    await panel.getByLabel("A key of this workspace’s own").fill("sk-of-this-workspace-77aa");
    await panel.getByRole("button", { name: "Keep the key" }).click();
    await panel.getByText("…77aa").waitFor();
    await panel.getByRole("button", { name: "Test the connection" }).click();
    await expect.poll(() => fake.keys.has("Bearer sk-of-this-workspace-77aa")).toBe(true);
    await panel.getByRole("button", { name: "Take it back" }).click();
    await panel.getByText("…77aa").waitFor({ state: "detached" });
    await panel.getByLabel("This session allows").selectOption({ label: "nothing" });
    await panel.getByText("Now sent at most: nothing").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Language model: nothing is sent" }).waitFor();
    const before = fake.bodies.length;
    await ask(page, "total amount by region");
    expect(fake.bodies.length).toBe(before);
  });

  it("explains, names, describes and suggests where a button asks for it", async () => {
    fake.scripts = {
      "Explain this result": [{ text: "The most was sold in [[r1:row1.region]], for [[r1:row1.total amount]]." }],
      "Give this work a name": [{ text: "Sales by region" }],
      "Describe the columns": [{ text: "region: where it was sold\namount: what was paid" }],
      "questions that people would ask": [{ text: "average amount by product\nzorp the quux" }],
      "total amount by region": [{ plan: byRegion }, { text: "See the table." }],
    };
    const page = await open();
    await page.getByRole("button", { name: "Suggest others" }).click();
    const offered = page.getByRole("list", { name: "Suggested questions" });
    await expect.poll(() => offered.getByRole("button").allInnerTexts()).toEqual(["average amount by product"]);
    await picture(page, "start");
    const t = await ask(page, "total amount by region");
    await t.getByRole("button", { name: "Explain this result" }).click();
    await t.getByText(/^The most was sold in \w+, for/).waitFor();
    await page.getByRole("button", { name: "Session actions" }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    const rename = page.getByRole("dialog", { name: "Name of the session" });
    await rename.getByRole("button", { name: "Suggest a name" }).click();
    await expect.poll(() => rename.getByRole("textbox").inputValue()).toBe("Sales by region");
    await rename.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: /^Look inside orders/ }).click();
    const sheet = page.getByRole("complementary", { name: "Table orders" });
    await sheet.getByRole("button", { name: "Describe the columns" }).click();
    await sheet.getByText("region: where it was sold").waitFor();
    await picture(page, "described");
  });

  it("never learns of a column that is kept from it", async () => {
    fake.scripts = { "total amount by region": [{ plan: byRegion }, { text: "See the table." }] };
    const page = await open();
    await page.getByRole("button", { name: /^Look inside orders/ }).click();
    const sheet = page.getByRole("complementary", { name: "Table orders" });
    await sheet.getByRole("button", { name: "Teach about quantity" }).click();
    await sheet.getByRole("menuitemradio", { name: "Never send to a language model" }).click();
    await sheet.getByText("private", { exact: true }).waitFor();
    fake.bodies.length = 0;
    await ask(page, "total amount by region");
    expect(fake.bodies.length).toBeGreaterThan(0);
    expect(fake.bodies.some((b) => b.includes("quantity"))).toBe(false);
  });
});

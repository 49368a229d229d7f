import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, orders, openHouse, possible } from "./house";

const house = openHouse("--auth", "accounts");
const secret = "correct horse battery";
const ann = "ann@example.org";

const axe = possible ? readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8") : "";

/** Accessible, as wide as the screen, and where a picture is wanted, taken. */
async function check(page: Page, what: string): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe.run(),
  );
  expect(found.violations.map((v) => `${what}: ${v.id} ${v.nodes[0]?.html} ${v.nodes[0]?.failureSummary}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), what).toBeLessThanOrEqual(0);
  const folder = process.env["TABLETALK_PICTURES"];
  if (folder) await page.screenshot({ path: join(folder, `${what.replaceAll(" ", "-")}.png`) });
}

async function logIn(page: Page, email: string, password = secret): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

async function inside(email: string, path = "/#/", options = {}): Promise<Page> {
  const page = await house.visit(path, options);
  await logIn(page, email);
  await page.locator(".rail").waitFor({ state: "attached" });
  return page;
}

async function register(email: string, name: string): Promise<void> {
  const answer = await fetch(`${house.url}/api/v1/auth/register`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email, name, password: secret }) });
  expect(answer.status).toBe(201);
}

async function accountMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

const login = (page: Page) => page.getByRole("heading", { name: "Log in" }).waitFor();
const home = (page: Page) => page.getByRole("heading", { name: "Ask your files in your own words" }).waitFor();

describe.skipIf(!possible)("accounts", () => {
  let link = "";
  beforeAll(async () => {
    link = await house.setUpLink();
  });

  it("begin with an administrator, made by the printed link, once", async () => {
    const page = await house.visit("/");
    await page.getByText("There is no administrator yet").waitFor();
    await page.goto(house.url + link);
    await page.getByRole("heading", { name: "Welcome to tabletalk" }).waitFor();
    expect(page.url()).not.toContain("token");
    await check(page, "set up");
    await page.getByLabel("E-mail address").fill("root@example.org");
    await page.getByLabel("Name", { exact: true }).fill("Root");
    await page.getByLabel("Password", { exact: true }).fill("password1");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("alert").waitFor(); // a common one
    await page.getByLabel("Password", { exact: true }).fill(secret);
    await page.getByRole("button", { name: "Set up" }).click();
    await home(page);
    expect(new URL(page.url()).pathname).toBe("/");
    await page.reload(); // the cookie lets one in again
    await home(page);
    await accountMenu(page, "Log out");
    await login(page);
    expect(await page.getByText("There is no administrator yet").count()).toBe(0);
    await page.goto(house.url + link);
    await page.getByText("There is an administrator already").waitFor();
    await register(ann, "Ann");
  });

  it("are made, and logged into, by those who may", async () => {
    const page = await house.visit("/");
    await logIn(page, ann, "wrong wrong wrong");
    expect(await page.getByRole("alert").innerText()).toMatch(/address or the password is not right/);
    await check(page, "log in");
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("E-mail address").fill("bob@example.org");
    await page.getByLabel("Name", { exact: true }).fill("Bob");
    await page.getByLabel("Password", { exact: true }).fill(secret);
    await check(page, "register");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Account of Bob" }).waitFor();
    await page.getByRole("button", { name: "Account of Bob" }).click();
    expect(await page.getByRole("menuitem").allInnerTexts()).toEqual(["Profile", "API keys", "Log out"]);
    await page.goto(`${house.url}/#/account/users`);
    await page.getByText("Only administrators see this page.").waitFor();
  });

  it("keep what is theirs: upload, ask, export, hear of it", async () => {
    const page = await inside(ann);
    await page.locator("input[aria-label='Choose files']").setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(orders()) });
    await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
    const t = await ask(page, "total amount by region");
    await t.getByRole("button", { name: "Export" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), t.getByRole("menuitem", { name: "CSV", exact: true }).click()]);
    expect(readFileSync(await file.path(), "utf8")).toMatch(/North/);
  });

  it("exchange their token once for all tabs, and end in all of them", async () => {
    const page = await inside(ann);
    const second = await page.context().newPage();
    await second.goto(`${house.url}/#/`);
    await second.locator(".rail").waitFor();
    let exchanges = 0;
    page.context().on("request", (r) => void (r.url().endsWith("/auth/refresh") && exchanges++));
    // Neither tab's token is taken any more.
    let refused = 0;
    await page.context().route("**/api/v1/sessions?*", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"status":401,"code":"token_invalid","title":"x"}' }).then(() => void refused++), { times: 2 });
    const again = (p: Page) => p.evaluate(() => window.dispatchEvent(new HashChangeEvent("hashchange")));
    await Promise.all([page, second].map((p) => p.goto(`${house.url}/?again#/`)));
    await Promise.all([page, second].map((p) => p.locator(".rail").waitFor()));
    await Promise.all([page, second].map(again));
    await expect.poll(() => refused).toBe(2);
    expect(exchanges).toBeLessThanOrEqual(4); // one for each page that is opened, one for each that is refused
    await accountMenu(page, "Log out");
    await login(page);
    await login(second);
    await logIn(second, ann);
    await page.locator(".rail").waitFor();
  });

  it("show a viewer nothing that a viewer may not do", async () => {
    const owner = await inside(ann, "/");
    await owner.getByRole("button", { name: "Session actions" }).click();
    await owner.getByRole("menuitem", { name: "Share…" }).click();
    const dialog = owner.getByRole("dialog", { name: "Sharing" });
    await dialog.getByLabel(/E-mail address/).fill("nobody@example.org");
    await dialog.getByRole("button", { name: "Share", exact: true }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel(/E-mail address/).fill("bob@example.org");
    await dialog.getByRole("button", { name: "Share", exact: true }).click();
    await dialog.getByLabel("Role of Bob").waitFor();
    await check(owner, "sharing");

    const bob = await inside("bob@example.org", "/");
    await bob.getByText("You may look at this session").waitFor();
    await bob.getByRole("region", { name: "Conversations" }).locator(".entry").first().click();
    await bob.locator(".turn .answer.answered").first().waitFor();
    expect(await bob.getByLabel("Your question").count()).toBe(0);
    for (const name of ["Add files", "New conversation", "This is right", "Compute again", "Change this question"]) expect(await bob.getByRole("button", { name, exact: true }).filter({ visible: true }).count(), name).toBe(0);
    await bob.getByRole("button", { name: "Session actions" }).click();
    expect(await bob.getByRole("menuitem").allInnerTexts()).toEqual(["Who has access"]);
    await bob.keyboard.press("Escape");
    await bob.getByRole("button", { name: "Look inside orders" }).click();
    const panel = bob.getByRole("complementary", { name: "Table orders" });
    expect(await panel.getByRole("button", { name: "Remove this file" }).count()).toBe(0);
    await check(bob, "viewer");

    // What was taught is seen, and not changed.
    await dialog.getByRole("button", { name: "Close" }).click();
    await owner.getByRole("button", { name: /Taught words/ }).click();
    const taught = owner.getByRole("dialog", { name: "What was taught" });
    await taught.getByLabel("The word or phrase").fill("turnover");
    await taught.getByLabel("Column", { exact: true }).selectOption("amount");
    await taught.getByRole("button", { name: "Teach this" }).click();
    await taught.getByText("is another name for orders.amount").waitFor();
    await taught.getByRole("button", { name: "Close" }).click();
    await bob.reload();
    await bob.getByRole("button", { name: /Taught words 1/ }).click();
    const seen = bob.getByRole("dialog", { name: "What was taught" });
    await seen.getByText("is another name for orders.amount").waitFor();
    await seen.getByText("Its owner can make you an editor").waitFor();
    expect(await seen.getByRole("button").allInnerTexts()).toEqual([""]); // it can be closed
    expect(await seen.getByLabel("The word or phrase").count()).toBe(0);
    await check(bob, "viewer, what was taught");
    await bob.keyboard.press("Escape");
    await owner.getByRole("button", { name: "Session actions" }).click();
    await owner.getByRole("menuitem", { name: "Share…" }).click();
    await dialog.getByLabel("Role of Bob").waitFor();


    await dialog.getByLabel("Role of Bob").selectOption("editor");
    await expect.poll(() => dialog.getByLabel("Role of Bob").isEnabled()).toBe(true);
    await bob.reload();
    await bob.getByLabel("Your question").waitFor();
    await dialog.getByRole("button", { name: "Stop sharing with Bob" }).click();
    await dialog.getByText("Nobody yet.").waitFor();
    await bob.reload();
    await bob.getByRole("alert").getByText(/session/i).first().waitFor();
  });

  it("have keys, shown once", async () => {
    const page = await inside(ann, "/#/account/keys");
    await page.getByLabel("Name", { exact: true }).fill("nightly");
    await page.getByLabel("It may").selectOption("read");
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = await page.getByLabel("The key", { exact: true }).inputValue();
    const answer = await fetch(`${house.url}/api/v1/auth/me`, { headers: { Authorization: `Bearer ${key}` } });
    expect(((await answer.json()) as { email: string }).email).toBe(ann);
    await check(page, "keys");
    await page.reload();
    const list = page.getByRole("list", { name: "Keys" });
    await list.getByText("last used").waitFor();
    expect(await page.content()).not.toContain(key);
    await list.getByRole("button", { name: "Revoke nightly" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("None yet.").waitFor();
  });

  it("are changed, taken along and left", async () => {
    await register("carl@example.org", "Carl");
    const page = await inside("carl@example.org", "/#/account/profile");
    await page.getByLabel("Name", { exact: true }).fill("Charles");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Account of Charles" }).waitFor();
    await page.getByLabel("Current password", { exact: true }).fill(secret);
    await page.getByLabel("New password", { exact: true }).fill("another good phrase");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("Every other login has ended").waitFor();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export my data" }).click()]);
    expect(file.suggestedFilename()).toBe("tabletalk-my-data.zip");
    expect(readFileSync(await file.path(), "latin1")).toMatch(/^PK[^]*account\.json[^]*audit\.json/);
    await check(page, "profile");
    await page.getByRole("button", { name: "Delete my account…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete your account?" });
    await dialog.getByLabel("Current password", { exact: true }).fill(secret);
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await dialog.getByRole("alert").waitFor(); // that was the old one
    await dialog.getByLabel("Current password", { exact: true }).fill("another good phrase");
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await login(page);
  });

  it("are looked after by administrators", async () => {
    await register("dora@example.org", "Dora");
    const page = await inside("root@example.org", "/#/account/users");
    await page.getByRole("button", { name: "Make an invitation" }).click();
    const invitation = await page.getByLabel("The invitation", { exact: true }).inputValue();
    expect(invitation).toContain(`${house.url}/invite#token=`);
    const users = page.getByRole("list", { name: "Users" });
    await users.getByRole("button", { name: "Actions for Dora" }).click();
    await page.getByRole("menuitem", { name: "Make a reset link" }).click();
    const reset = await page.getByLabel("The reset link", { exact: true }).inputValue();
    await check(page, "users");

    const dora = await house.visit(new URL(reset).pathname + new URL(reset).hash);
    await dora.getByLabel("New password", { exact: true }).fill("another good phrase");
    await dora.keyboard.press("Enter");
    await dora.getByText("The new password is set. Log in with it.").waitFor();
    await logIn(dora, "dora@example.org", "another good phrase");
    await dora.locator(".rail").waitFor();

    const eve = await house.visit(new URL(invitation).pathname + new URL(invitation).hash);
    await eve.getByText("You were invited.").waitFor();
    await eve.getByLabel("E-mail address").fill("eve@example.org");
    await eve.getByLabel("Password", { exact: true }).fill(secret);
    await eve.keyboard.press("Enter");
    await eve.getByRole("button", { name: "Account of eve" }).waitFor();

    await users.getByLabel("Role of Dora").selectOption("admin");
    await users.getByRole("button", { name: "Actions for Dora" }).click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await users.getByText("disabled").waitFor();
    await dora.reload();
    await login(dora);

    await page.getByText("Make an account for somebody").click();
    const form = page.locator("details form");
    await form.getByLabel("E-mail address").fill("fay@example.org");
    await form.getByLabel("Name").fill("Fay");
    await form.getByLabel("Role").selectOption("admin");
    await form.getByRole("button", { name: "Make the account" }).click();
    await page.getByText("Hand this link to Fay").waitFor();
    expect(await users.getByLabel("Role of Fay").inputValue()).toBe("admin");
    await check(page, "users, with a form");

    await page.getByRole("link", { name: "Audit log" }).click();
    const log = page.getByRole("list", { name: "Audit log" });
    await log.getByText("change user").first().waitFor();
    await check(page, "audit");
    await page.getByLabel("What", { exact: true }).fill("reset_link");
    await page.getByRole("button", { name: "Search" }).click();
    await expect.poll(() => log.getByRole("listitem").count()).toBe(2);
  });

  it.each([[1280, "dark"], [390, "light"], [390, "dark"]] as const)("fit %d wide, %s", async (width, colorScheme) => {
    const options = { viewport: { width, height: 800 }, colorScheme };
    const page = await house.visit("/#/account/profile", options);
    await login(page);
    await check(page, `log in ${width} ${colorScheme}`);
    await logIn(page, "root@example.org");
    for (const name of ["Profile", "API keys", "Users", "Audit log"]) {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await page.waitForLoadState("networkidle");
      await check(page, `${name} ${width} ${colorScheme}`);
    }
  });
});

import { describe, expect, it } from "vitest";
import { Failure } from "./failure";
import { type Given, Login, personOf, type Ports, type Told } from "./login";

const token = (sub: string, n: number) => `h.${btoa(JSON.stringify({ sub, n }))}.s`;

/** A browser: its tabs share a lock, a cookie that the server turns over, and what they tell each other. */
class Browser {
  readonly tabs: Login[] = [];
  exchanges = 0;
  restarts = 0;
  clock = 0;
  person = "ann";
  fails: Failure | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  tab(): Login {
    const ports: Ports = {
      exchange: () => this.exchange(),
      alone: (work) => {
        const mine = this.queue.then(work);
        this.queue = mine.catch(() => undefined);
        return mine;
      },
      tell: (what: Told) => this.tabs.filter((t) => t !== it).forEach((t) => t.hear(what)),
      now: () => this.clock,
      restart: () => void this.restarts++,
    };
    const it = new Login(ports);
    this.tabs.push(it);
    return it;
  }

  private async exchange(): Promise<Given> {
    await Promise.resolve();
    if (this.fails) throw this.fails;
    return { access_token: token(this.person, ++this.exchanges), expires_in: 1800 };
  }
}

const over = new Failure({ status: 401, code: "token_invalid" });

describe("a login", () => {
  it("needs no token where nobody logs in", async () => {
    expect(await new Browser().tab().bearer()).toBeUndefined();
  });

  it("is found again, and its token is used until shortly before its end", async () => {
    const b = new Browser();
    const t = b.tab();
    await t.open();
    expect(t.snapshot()).toBe("in");
    expect(await t.bearer()).toBe(token("ann", 1));
    b.clock = 1_760_000;
    expect(await t.bearer()).toBe(token("ann", 1));
    b.clock = 1_780_000;
    expect(await t.bearer()).toBe(token("ann", 2));
  });

  it("is exchanged once for many requests in many tabs", async () => {
    const b = new Browser();
    const [one, two] = [b.tab(), b.tab()];
    await Promise.all([one.open(), two.open()]);
    expect(b.exchanges).toBe(1);
    b.clock = 1_800_000;
    const got = await Promise.all([one.bearer(), one.bearer(), two.bearer(), two.bearer()]);
    expect(new Set(got)).toEqual(new Set([token("ann", 2)]));
    expect(b.exchanges).toBe(2);
  });

  it("is asked for anew where the server refuses a token that seems good", async () => {
    const b = new Browser();
    const t = b.tab();
    await t.open();
    const stale = await t.bearer();
    expect(await t.renew(stale)).toBe(token("ann", 2));
  });

  it("ends in all tabs", async () => {
    const b = new Browser();
    const [one, two] = [b.tab(), b.tab()];
    await Promise.all([one.open(), two.open()]);
    one.leave();
    expect([one.snapshot(), two.snapshot()]).toEqual(["out", "out"]);
  });

  it("is over where the server says so, and stands where it only cannot be reached", async () => {
    const b = new Browser();
    const t = b.tab();
    await t.open();
    b.clock = 2_000_000;
    b.fails = new Failure({ status: 0, code: "unreachable" });
    await expect(t.bearer()).rejects.toBe(b.fails);
    expect(t.snapshot()).toBe("in");
    b.fails = over;
    await expect(t.bearer()).rejects.toBe(over);
    expect(t.snapshot()).toBe("out");
  });

  it("made in one tab lets the others in", async () => {
    const b = new Browser();
    b.fails = over;
    const [one, two] = [b.tab(), b.tab()];
    await Promise.all([one.open(), two.open()]);
    expect(two.snapshot()).toBe("out");
    one.enter({ access_token: token("ann", 7), expires_in: 1800 });
    expect(two.snapshot()).toBe("in");
    expect(await two.bearer()).toBe(token("ann", 7));
  });

  it("of somebody else begins the page anew", async () => {
    const b = new Browser();
    const t = b.tab();
    await t.open();
    b.person = "bob";
    b.clock = 1_800_000;
    await t.bearer();
    expect(b.restarts).toBe(1);
  });
});

describe("whose a token is", () => {
  it.each([["", ""], ["a.b.c", ""], ["a.bnVsbA.c", ""], [token("ann", 1), "ann"]])("%s is of %s", (t, person) => expect(personOf(t)).toBe(person));
});

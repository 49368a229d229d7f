import { describe, expect, it } from "vitest";
import { Failure } from "./failure";
import { alive, arrivedOf, metadata, patience, pieceBytes, type Line, type Placed, sendInPieces } from "./resumable";
import { brokeOff, cancelled, type Sending } from "./transmit";
import type { Memory, Unfinished } from "./unfinished";

const placed: Placed = { session_id: "s", file_id: "f", job_id: "j" };
const problem = (status: number, code: string) => new Failure({ status, code, detail: code });

/** A file of a length, of which only the slices are asked for. */
const fileOf = (size: number, lastModified = 1): File =>
  ({ name: "büro.csv", size, lastModified, slice: (from: number, to: number) => ({ size: Math.min(to, size) - from, arrayBuffer: () => Promise.resolve(new ArrayBuffer(0)) }) as unknown as Blob }) as File;

/** Remembers as a browser does, for one test. */
class Notes implements Memory {
  kept: Unfinished[] = [];
  list = () => this.kept;
  keep = (u: Unfinished) => void (this.kept = [u, ...this.kept.filter((o) => o.path !== u.path)]);
  forget = (path: string) => void (this.kept = this.kept.filter((u) => u.path !== path));
}

/** A server that keeps what arrives, behind a line that breaks where a test wants it. */
class Server {
  offset = 0;
  readonly asked: string[] = [];
  readonly pauses: number[] = [];
  /** Decides over the next requests, in turn: how many bytes of a piece arrive, and what is thrown then. */
  readonly breaks: ({ after: number; why: Error } | undefined)[] = [];

  readonly memory = new Notes();
  now = 1000;
  /** Leaves the page, as far as the upload is told. */
  leave: () => void = () => undefined;

  readonly line: Line = {
    memory: this.memory,
    now: () => this.now,
    leaving: (then) => {
      this.leave = then;
      return () => (this.leave = () => undefined);
    },
    transmit: (r) => Promise.resolve().then(() => this.answer(r)),
    pause: (ms) => {
      this.pauses.push(ms);
      return Promise.resolve();
    },
  };

  private answer(r: Sending) {
    const from = r.headers?.["Upload-Offset"];
    this.asked.push(from === undefined ? r.method : `${r.method} ${from}`);
    if (r.signal.aborted) throw cancelled();
    expect(r.headers?.["Tus-Resumable"]).toBe("1.0.0");
    const broken = r.method === "POST" || r.method === "DELETE" ? undefined : this.breaks.shift();
    if (r.method === "PATCH") {
      expect(Number(from)).toBe(this.offset);
      const size = (r.body as Blob).size;
      this.offset += Math.min(size, broken?.after ?? size);
      r.sent?.(size, size);
    }
    if (broken) throw broken.why;
    const headers: Record<string, string> = { Location: "/api/v1/uploads/u", "Upload-Offset": String(this.offset) };
    return { text: r.method === "GET" ? JSON.stringify(placed) : "", header: (name: string) => headers[name] ?? null };
  }

  send(size: number, sent: (bytes: number, waiting: boolean) => void = () => undefined, signal = new AbortController().signal): Promise<Placed> {
    return sendInPieces(fileOf(size), "s", sent, signal, this.line);
  }
}

describe("sendInPieces", () => {
  it("sends one piece after the other, and tells what became of them", async () => {
    const s = new Server();
    const told: number[] = [];
    expect(await s.send(2 * pieceBytes + 1, (n) => told.push(n))).toEqual(placed);
    expect(s.asked).toEqual(["POST", "PATCH 0", `PATCH ${pieceBytes}`, `PATCH ${2 * pieceBytes}`, "GET"]);
    expect(told.at(-1)).toBe(2 * pieceBytes + 1);
  });

  it("goes on where the line broke, after asking how much arrived", async () => {
    const s = new Server();
    s.breaks.push({ after: 1000, why: brokeOff() }, { after: 0, why: brokeOff() });
    const waits: number[] = [];
    expect(await s.send(pieceBytes, (n, waiting) => waiting && waits.push(n))).toEqual(placed);
    expect(s.asked).toEqual(["POST", "PATCH 0", "HEAD", "HEAD", "PATCH 1000", "GET"]);
    expect(s.pauses).toEqual([500, 1000]);
    expect(waits).toEqual([0, 0]);
  });

  it("asks again where only the last answer was lost", async () => {
    const s = new Server();
    s.breaks.push({ after: 10, why: problem(504, "error") });
    expect(await s.send(10)).toEqual(placed);
    expect(s.asked).toEqual(["POST", "PATCH 0", "HEAD", "GET"]);
  });

  it("has patience as long as something arrives, and only then", async () => {
    const s = new Server();
    for (let i = 0; i < 3 * patience; i++) s.breaks.push({ after: 1, why: brokeOff() }, undefined);
    expect(await s.send(1000)).toEqual(placed);

    const dead = new Server();
    for (let i = 0; i < 3 * patience; i++) dead.breaks.push({ after: 0, why: brokeOff() });
    await expect(dead.send(1000)).rejects.toThrow("broke off");
    expect(dead.pauses.length).toBe(patience);
    expect(Math.max(...dead.pauses)).toBe(15_000);
    // What did arrive waits for the file to be chosen again.
    expect(dead.asked).not.toContain("DELETE");
    expect(dead.memory.kept).toMatchObject([{ path: "/api/v1/uploads/u", busy: 0 }]);
  });

  it("does not repeat what was refused", async () => {
    for (const [status, code] of [[404, "upload_not_found"], [507, "storage_full"], [413, "quota_reached"]] as const) {
      const s = new Server();
      s.breaks.push({ after: 0, why: problem(status, code) });
      await expect(s.send(10)).rejects.toThrow(code);
      expect(s.asked).toEqual(["POST", "PATCH 0", "DELETE"]);
      expect(s.memory.kept).toEqual([]);
    }
  });

  it("keeps what arrived for after the next login", async () => {
    const s = new Server();
    s.breaks.push({ after: 7, why: problem(401, "token_expired") });
    await expect(s.send(10)).rejects.toThrow("token_expired");
    expect(await s.send(10)).toEqual(placed);
    expect(s.asked).toEqual(["POST", "PATCH 0", "HEAD", "PATCH 7", "GET"]);
    expect(s.memory.kept).toEqual([]);
  });

  it("goes on in another page with the same file, and begins anew with a changed one", async () => {
    const left = async () => {
      const s = new Server();
      s.line.pause = () => new Promise(() => undefined); // the page is gone
      s.breaks.push({ after: 600, why: brokeOff() });
      void s.send(1000);
      await expect.poll(() => s.asked).toEqual(["POST", "PATCH 0"]);
      expect(s.memory.kept).toMatchObject([{ name: "büro.csv", size: 1000, session: "s", busy: 1000 + alive }]);
      s.leave();
      expect(s.memory.kept[0]!.busy).toBe(0);
      s.asked.length = 0;
      return s;
    };
    const next = await left();
    expect(await arrivedOf(next.memory.kept[0]!, next.line.transmit)).toBe(600);
    expect(await next.send(1000)).toEqual(placed);
    expect(next.asked).toEqual(["HEAD", "HEAD", "PATCH 600", "GET"]);
    expect(next.memory.kept).toEqual([]);

    const changed = await left();
    changed.offset = 0;
    await sendInPieces(fileOf(1000, 2), "s", () => undefined, new AbortController().signal, changed.line);
    expect(changed.asked).toEqual(["POST", "PATCH 0", "GET"]);
  });

  it("begins anew what the server forgot", async () => {
    const s = new Server();
    s.breaks.push({ after: 4, why: problem(401, "token_expired") });
    await expect(s.send(10)).rejects.toThrow("token_expired");
    s.offset = 0;
    s.breaks.push({ after: 0, why: problem(404, "upload_not_found") });
    expect(await s.send(10)).toEqual(placed);
    expect(s.asked.slice(2)).toEqual(["HEAD", "POST", "PATCH 0", "GET"]);
  });

  it("takes an answer without an offset for a broken line", async () => {
    const s = new Server();
    const whole = s.line.transmit;
    let times = 0;
    s.line.transmit = async (r) => (r.method === "PATCH" && times++ === 0 ? { ...(await whole(r)), header: () => null } : whole(r));
    expect(await s.send(10)).toEqual(placed);
    expect(s.asked).toEqual(["POST", "PATCH 0", "HEAD", "GET"]);
  });

  it("gives the upload up when it is cancelled, also while it waits", async () => {
    const s = new Server();
    const stop = new AbortController();
    s.breaks.push({ after: 0, why: brokeOff() });
    s.line.pause = () => Promise.resolve(stop.abort());
    await expect(s.send(10, undefined, stop.signal)).rejects.toMatchObject({ problem: { code: "cancelled" } });
    expect(s.asked).toEqual(["POST", "PATCH 0", "HEAD", "DELETE"]);
  });
});

describe("metadata", () => {
  it("carries names of any letters", () => {
    expect(metadata("büro.csv", undefined)).toBe("filename YsO8cm8uY3N2");
    expect(metadata("a", "s")).toBe("filename YQ==,session_id cw==");
  });
});

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure, stream } from "./client";

// A server that breaks lines on purpose; fetch in Node needs whole addresses.
let server: Server;
let answer: (q: IncomingMessage, r: ServerResponse) => void;
const realFetch = globalThis.fetch;

beforeEach(async () => {
  server = createServer((q, r) => answer(q, r));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  globalThis.fetch = (path, init) => realFetch(new URL(String(path), `http://127.0.0.1:${port}`), init);
});

afterEach(async () => {
  globalThis.fetch = realFetch;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function types(signal = new AbortController().signal): Promise<string[]> {
  const found: string[] = [];
  await stream({ session_id: "s", query: "total" }, (e) => found.push(e.type), signal);
  return found;
}

const event = (id: number, type: string) => `id: run.${id}\nevent: ${type}\ndata: {}\n\n`;

describe("stream", () => {
  it("goes on after the last event when the line breaks", async () => {
    const asked: (string | undefined)[] = [];
    answer = (q, r) => {
      const last = q.headers["last-event-id"] as string | undefined;
      asked.push(last);
      r.writeHead(200, { "Content-Type": "text/event-stream" });
      if (last) return void r.end(event(3, "result") + event(4, "done"));
      r.write(event(1, "status") + event(2, "sql"), () => r.destroy());
    };
    expect(await types()).toEqual(["status", "sql", "result", "done"]);
    expect(asked).toEqual([undefined, "run.2"]);
  });

  it("ends with the last event, however long the line stays open", async () => {
    answer = (_q, r) => {
      r.writeHead(200, { "Content-Type": "text/event-stream" });
      r.write(event(1, "status") + event(2, "done"));
    };
    expect(await types()).toEqual(["status", "done"]);
  });

  it("gives the problem of a request that was refused", async () => {
    answer = (_q, r) => r.writeHead(404, { "Content-Type": "application/problem+json" }).end('{"code":"session_not_found","detail":"There is no such session.","hint":"Start a new one."}');
    const failure = await types().catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).problem).toMatchObject({ status: 404, code: "session_not_found", hint: "Start a new one." });
  });

  it("does not show the page of a proxy", async () => {
    answer = (_q, r) => r.writeHead(502, { "Content-Type": "text/html" }).end("<html>Bad gateway</html>");
    await expect(types()).rejects.toThrow("The server answered 502.");
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    answer = (_q, r) => {
      r.writeHead(200, { "Content-Type": "text/event-stream" });
      r.write(event(1, "status"), () => abort.abort());
    };
    await expect(types(abort.signal)).rejects.toThrow(/abort/i);
  });
});

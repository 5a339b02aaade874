/** What the given part of the server promises: its address, and how it closes. */
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { type TestContext, test } from "node:test";
import { startWebhookServer } from "#lesson/07-webhook/webhook-server.ts";
import { atEnd } from "../checks/desk.ts";
import { Line } from "../checks/wire.ts";
import type { WebhookOptions } from "../given/server-options.ts";

async function start(t: TestContext, more: Partial<WebhookOptions> = {}) {
  const server = await startWebhookServer({
    provider: {
      contentType: "application/json",
      verify: ({ body }) => ({ id: "d1", payload: body }),
    },
    store: { add: async () => true, waiting: [] },
    bus: { deliver() {} },
    ...more,
  });
  atEnd(t, () => server.close().catch(() => {}));
  return server;
}

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === "::1");

for (const host of ["127.0.0.1", ...(hasIPv6 ? ["::1"] : [])]) {
  test(`the address of a server on ${host} can be called`, async (t) => {
    const { url } = await start(t, { host });
    const body = '{"order_id": 777, "status": "created"}';
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body });
    await response.arrayBuffer();
    assert.equal(response.status, 202);
  });
}

test("a port that is taken is an error", async (t) => {
  const { port } = await start(t);
  await assert.rejects(start(t, { port }), { code: "EADDRINUSE" });
});

test("close waits for what is being received, and cuts off what never ends", async (t) => {
  const server = await start(t, { limits: { requestTime: 50 } });
  const line = new Line(server.port);
  atEnd(t, () => line.end());
  line.say("POST /webhook/order HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
  const idle = new Line(server.port);
  atEnd(t, () => idle.end());
  idle.say("GET /webhook/order HTTP/1.1\r\nHost: x\r\n\r\n");
  await idle.answer();
  await server.close();
  await assert.rejects(fetch(server.url));
});

for (const requestTime of [0, 3e9, Infinity]) {
  test(`close lets a request end that may take ${requestTime} ms, or as long as it likes for 0`, async (t) => {
    const server = await start(t, { limits: { requestTime } });
    const line = new Line(server.port);
    atEnd(t, () => line.end());
    const body = '{"order_id": 777, "status": "created"}';
    line.say(
      `POST /webhook/order HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await line.answer();
    const closed = server.close();
    // A timer that was too long for Node would go off before this one.
    await new Promise((resume) => setTimeout(resume, 2));
    line.say(body);
    assert.equal(await line.answer(), "202");
    line.end();
    await closed;
  });
}

/** kill -9 in the middle of deliveries: whatever was answered with 202 is still there. */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { atEnd, eventOf, fileFor } from "../checks/desk.ts";
import { Line } from "../checks/wire.ts";
import { practiceSecret } from "./settings.ts";
import { sign } from "./sign.ts";

const AT_ONCE = 8;

async function startServer(t: TestContext, path: string) {
  const server = fork(join(import.meta.dirname, "..", "bench-server.ts"), [
    "lesson",
    path,
  ]);
  atEnd(t, () => server.kill("SIGKILL"));
  const [{ port }] = await once(server, "message");
  return { server, port: Number(port) };
}

/** Sends deliveries until the server is dead; returns the ids of those it has accepted. */
async function deliver(
  { server, port }: { server: ChildProcess; port: number },
  round: number,
  enough: number,
): Promise<string[]> {
  const accepted: string[] = [];
  let number = 0;
  const partner = async () => {
    const line = new Line(port);
    while (server.exitCode === null && server.signalCode === null) {
      const id = `${round}-${++number}`;
      const json = `{"order_id": ${number}, "status": "created"}`;
      const { headers, body } = sign.github(practiceSecret, { id, time: 0, json });
      if ((await line.ask({ headers, body })) !== "202") return;
      accepted.push(id);
      if (accepted.length === enough) server.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, partner));
  return accepted;
}

test("kill -9 at any moment: every delivery that was accepted is known afterwards", async (t) => {
  const path = fileFor(t);
  const accepted: string[] = [];
  for (const [round, enough] of [40, 3, 75].entries()) {
    const running = await startServer(t, path);
    accepted.push(...(await deliver(running, round, enough)));
    const store = await DeliveryStore.open(path);
    const lost = [];
    for (const id of accepted) if (await store.add(eventOf(id))) lost.push(id);
    await store.close();
    assert.deepEqual(lost, []);
  }
  assert.equal(accepted.length >= 118, true);
});

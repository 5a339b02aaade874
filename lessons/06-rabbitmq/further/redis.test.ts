import assert from "node:assert/strict";
import { test } from "node:test";
import { problemWithClient } from "#broker/client-package";
import { redis } from "#broker/find-redis";
import { NoBrokerError, waysToGet } from "#broker/find-server";
import { client, playOnRedis } from "./redis.ts";

test("pub/sub forgets what nobody hears, and a stream keeps it", async (t) => {
  const problem = problemWithClient(client);
  if (problem) return t.skip(`no client for Redis: ${problem}`);
  const said: string[] = [];
  try {
    await playOnRedis(
      (who, what) => said.push(`${who} ${what.replace("@example.com", "")}`),
      (title) => said.push(title.replace(/:.*/, "")),
    );
  } catch (error) {
    if (!(error instanceof NoBrokerError)) throw error;
    return t.skip(`no Redis answers: ${waysToGet(redis).join("; or ")}`);
  }
  assert.deepEqual(said, [
    ...["Pub/sub", "analytics-worker ann", "email-worker ann", "email-worker bo"],
    ...["analytics-worker cy", "email-worker cy"],
    ...["Streams", "email-worker-1 ann", "email-worker-1 bo"],
    ...["analytics-worker ann", "analytics-worker bo"],
    ...["email 1 pending", "email-worker-2 bo"],
  ]);
});

import { createClient } from "redis";
import type { Say } from "./pub-sub.ts";

/** Streams: Redis keeps what was added, and for each group what was handed out and to whom. */
export async function streams(url: string, stream: string, say: Say): Promise<void> {
  const client = await createClient({ url }).connect();
  // #region streams
  for (const group of ["email", "analytics"]) {
    await client.xGroupCreate(stream, group, "0", { MKSTREAM: true });
  }
  const register = (email: string) => client.xAdd(stream, "*", { email });
  /** Handles what its group has not had yet, and acknowledges it, unless it is killed before. */
  const work = async (group: string, worker: string, isKilled = false) => {
    const news = await client.xReadGroup(group, worker, { key: stream, id: ">" });
    for (const { id, message } of news?.[0]?.messages ?? []) {
      say(worker, message.email);
      if (isKilled) return;
      await client.xAck(stream, group, id);
    }
  };
  await register("ann@example.com");
  await work("email", "email-worker-1");

  await register("bo@example.com");
  await work("email", "email-worker-1", true);

  // It was away all the time, and catches up.
  await work("analytics", "analytics-worker");

  // What a dead worker took and never acknowledged is pending, and another one claims it.
  const { pending } = await client.xPending(stream, "email");
  say("email", `${pending} pending`);
  const claimed = await client.xAutoClaim(stream, "email", "email-worker-2", 0, "0-0");
  for (const entry of claimed.messages) {
    say("email-worker-2", entry?.message.email ?? "");
    await client.xAck(stream, "email", entry?.id ?? "");
  }
  // #endregion
  await client.del(stream);
  await client.close();
}

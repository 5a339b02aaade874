import assert from "node:assert/strict";
import fc from "fast-check";
import { connect } from "#bus/rabbit-connection";
import { matches } from "#bus/wildcards";
import { brokerTest } from "./broker-test.ts";
import { findTestBroker } from "./test-desk.ts";

await findTestBroker();

const word = fc.constantFrom("a", "b", "ab", "");
const names = fc.array(word, { maxLength: 5 }).map((words) => words.join("."));
const patternWord = fc.constantFrom("a", "b", "ab", "", "*", "*", "#", "#", "a*", "#b");
const patterns = fc.array(patternWord, { maxLength: 5 }).map((words) => words.join("."));

/** What a broker and `matches` think of each pair, for `nameCount × patternCount` pairs. */
brokerTest("the bus's wildcards and the broker's agree on 1,500 pairs", async (desk) => {
  const somePatterns = distinct(patterns, 30);
  const someNames = distinct(names, 50);
  const connection = desk.keep(await connect(desk.url));
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange(desk.exchange, "topic");
  const queues = new Map<string, string>();
  for (const pattern of somePatterns) {
    // Exclusive: these queues go with the connection.
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, desk.exchange, pattern);
    queues.set(pattern, queue);
  }
  for (const name of someNames) {
    channel.publish(desk.exchange, name, Buffer.from(name));
  }
  await channel.waitForConfirms();

  const disagreements: string[] = [];
  let pairs = 0;
  for (const [pattern, queue] of queues) {
    const routed = new Set<string>();
    for (;;) {
      const message = await channel.get(queue, { noAck: true });
      if (!message) break;
      routed.add(String(message.content));
    }
    for (const name of someNames) {
      pairs += 1;
      if (matches(pattern, name) !== routed.has(name)) {
        disagreements.push(`${JSON.stringify(pattern)} and ${JSON.stringify(name)}`);
      }
    }
  }
  assert.deepEqual(disagreements, []);
  assert.equal(pairs, 1_500);
});

/** A number of different values, the same ones every time. */
function distinct(values: fc.Arbitrary<string>, count: number): string[] {
  const found = new Set(fc.sample(values, { numRuns: 2_000, seed: 2026 }));
  return [...found].slice(0, count);
}

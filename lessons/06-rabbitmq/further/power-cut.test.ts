import assert from "node:assert/strict";
import { privateNodeTest } from "./broker-test.ts";
import { powerCut } from "./power-cut.ts";

privateNodeTest(
  "kill -9 among thousands of publishes: nothing is lost",
  async (node, t) => {
    const events = 6_000;
    const ledger = await powerCut(node, { events });
    for (const row of ledger) t.diagnostic(JSON.stringify(row));
    assert.deepEqual(
      ledger.map(({ queue, confirmed, lost }) => ({ queue, confirmed, lost })),
      [
        { queue: "email-worker", confirmed: events, lost: 0 },
        { queue: "analytics-worker", confirmed: events, lost: 0 },
      ],
    );
    for (const { delivered, duplicates } of ledger) {
      assert.equal(delivered - duplicates, events);
    }
  },
);

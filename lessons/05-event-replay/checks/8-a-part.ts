import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { test } from "node:test";
import { busDays } from "./bus-day.ts";
import { idsOf, linesOf, noon, order, outcomeOf, replayOf } from "./desk.ts";

const places = {
  id: { id: "order-3" },
  "the very time": { time: noon + 2000 },
  "a time between": { time: noon + 1500 },
  count: { count: 2 },
};

test("step 8 · `from` begins at an event, a time or a count", async (t) => {
  // The fourth order fills several pieces; the third was delivered twice.
  const long = [1, 2, 3, 4, 3].map((number) => order(number, "чай".repeat(number ** 7)));
  const { bus, heard, path } = replayOf(t, linesOf(long));
  for (const [name, from] of Object.entries(places)) {
    heard.length = 0;
    const { replayed, skipped } = await bus.replayFromFile(path, { from });
    assert.deepEqual(
      { [name]: idsOf(heard), replayed, skipped },
      { [name]: ["order-3", "order-4", "order-3"], replayed: 3, skipped: 2 },
    );
  }
  appendFileSync(path, "oops\n\n");
  heard.length = 0;
  const [from, until] = [places.id, { count: 1 }];
  const beyond = () => bus.replayFromFile(path, { from, until: { id: "order-9" } });
  assert.deepEqual(
    { broken: await outcomeOf(beyond, "events.log:6"), heard: idsOf(heard) },
    { broken: "LogError about events.log:6", heard: ["order-3", "order-4", "order-3"] },
  );
  // What comes after its end is not read, and so not found to be broken.
  const parts = [{ from, until: from }, { from, until }, { until }];
  const atOnce = parts.map((options) => bus.replayFromFile(path, options));
  const counts = (await Promise.all(atOnce)).map(
    ({ replayed, skipped }) => `${replayed} of ${replayed + skipped}`,
  );
  assert.deepEqual({ counts }, { counts: ["0 of 2", "0 of 1", "1 of 1"] });
});

busDays(8, "senseless", "isPart", "clock", "until", "pattern", "unknown");

import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { newDesk, registered } from "./desk.ts";

test("step 4 · it adds no listener for each event", async () => {
  const warnings: string[] = [];
  const hear = ({ name }: Error) => warnings.push(name);
  process.on("warning", hear);
  const { publisher, collect, quiet } = await newDesk();
  const open = await publisher({ mandatory: true });
  collect("all", "#");
  for (let userId = 0; userId < 20; userId++) open.publish(registered(userId));
  await quiet();
  process.off("warning", hear);
  assert.deepEqual({ warnings }, { warnings: [] });
});

anyDay(4, "unroutable", "among", "without");

import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay, RULES } from "./any-day.ts";
import { openShop, send } from "./wire.ts";

test(`step 7 · ${RULES.path}`, async (t) => {
  const { port } = await openShop(t);
  const answers = [
    await send(port, { method: "GET" }),
    await send(port, { method: "PUT" }),
    await send(port, { path: "/webhook/user" }),
  ];
  assert.deepEqual(answers, ["405 problem", "405 problem", "404 problem"]);
});

anyDay(7);

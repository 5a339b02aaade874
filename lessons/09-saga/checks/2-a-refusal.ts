import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { askedAfter } from "./journal-day.ts";

test("step 2 · a step that was refused is not taken back itself", () => {
  assert.deepEqual(askedAfter("refused"), ["saga.cancelled"]);
});

anyDay(2, "refused", "twiceBack");

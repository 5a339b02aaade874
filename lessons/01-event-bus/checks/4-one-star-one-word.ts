import assert from "node:assert/strict";
import { test } from "node:test";
import { matches } from "#lesson/01-event-bus/wildcards.ts";
import { anyDay } from "./any-day.ts";
import { anyPattern } from "./any-pattern.ts";
import { compare, notebook, shopBus } from "./desk.ts";

test("step 4 · a star stands for exactly one word", () => {
  compare(matches, [
    ["user.*", "user.registered", true],
    ["user.*", "user.", true],
    ["user.*", "user", false],
    ["user.*", "user.email.changed", false],
    ["*.created", "order.created", true],
  ]);
});

test("step 4 · every other character stands for itself", () => {
  compare(matches, [
    ["user.re*", "user.re*", true],
    ["user.re*", "user.registered", false],
    ["*.deleted", "userXdeleted", false],
    [`${"item.".repeat(300)}a`, `${"item.".repeat(300)}b`, false],
  ]);
  for (const between of ["|", ":", ",", " ", "/", "\n", "\0", "-"])
    compare(matches, [
      ["*", `a${between}a`, true],
      [`*${between}a`, "a", false],
    ]);
});

test("step 4 · a listener under two patterns that match is called for each of them", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.*", listener);
  bus.subscribe("*.deleted", listener);
  bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(heard, ["user.deleted", "user.deleted"]);
});

anyPattern(4);
anyDay(4, "oneOrder");

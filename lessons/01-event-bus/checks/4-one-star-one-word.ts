import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { matches } from "#lesson/01-event-bus/wildcards.ts";
import { anyDay } from "./any-day.ts";
import { anyPattern } from "./any-pattern.ts";
import { ann, compare, notebook, shopBus } from "./desk.ts";

test("step 4 · a star stands for exactly one word", () => {
  compare(matches, [
    ["user.*", "user.registered", true],
    ["user.*", "user.", true],
    ["user.*", "user", false],
    ["user.*", "user.email.changed", false],
    ["*.created", "order.created", true],
    ["*.*.added", "order.item.added", true],
    ["a.*.b", "a..b", true],
    ["*", "", false],
  ]);
});

test("step 4 · every other character stands for itself", () => {
  compare(matches, [
    ["user.re*", "user.re*", true],
    ["user.re*", "user.registered", false],
    ["us.r.*", "user.deleted", false],
    ["*.deleted", "userXdeleted", false],
    ["User.*", "user.deleted", false],
    ["a+.*", "aa.b", false],
    ["caf\u00e9.*", "cafe\u0301.opened", false],
    [`${"item.".repeat(300)}a`, `${"item.".repeat(300)}b`, false],
  ]);
  const bus = new EventBus();
  const { heard, listener } = notebook();
  bus.subscribe("b.c", listener);
  bus.emit("b.c", {});
  for (const between of ["|", ":", ",", " ", "/", "\n", "\0", "-"]) {
    compare(matches, [
      ["*.*", `x${between}b.c`, true],
      [`*.*${between}x`, "b.c", false],
    ]);
    bus.emit(`b${between}c`, {});
  }
  assert.deepEqual(heard, ["b.c"]);
});

test("step 4 · exact names and patterns are called in one order, that of subscription", () => {
  const bus = shopBus();
  const calls: string[] = [];
  bus.subscribe("user.registered", () => calls.push("first, user.registered"));
  bus.subscribe("user.*", () => calls.push("second, user.*"));
  bus.subscribe("user.registered", () => calls.push("third, user.registered"));
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, [
    "first, user.registered",
    "second, user.*",
    "third, user.registered",
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
anyDay(4);

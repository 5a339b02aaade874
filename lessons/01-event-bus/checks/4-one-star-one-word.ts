import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { anyPattern, compareAll } from "./any-pattern.ts";

test("step 4 · a star stands for exactly one word", () => {
  compareAll(["user.*"], ["user.registered", "user.", "user", "user.email.changed"]);
});

test("step 4 · every other character stands for itself", () => {
  const names = ["user.re*", "user.registered", "userXregistered"];
  compareAll(["user.re*", "user.re?istered", "*.registered"], names);
});

anyPattern(4);
anyDay(4, "each", "oneOrder");

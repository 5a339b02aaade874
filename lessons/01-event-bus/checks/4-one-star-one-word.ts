import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { anyPattern } from "./any-pattern.ts";
import { compare } from "./desk.ts";

test("step 4 · a star stands for exactly one word", () => {
  compare(
    ["user.*", "user.registered", true],
    ["user.*", "user.", true],
    ["user.*", "user", false],
    ["user.*", "user.email.changed", false],
  );
});

test("step 4 · every other character stands for itself", () => {
  compare(
    ["user.re*", "user.re*", true],
    ["user.re*", "user.registered", false],
    ["user.re?istered", "user.registered", false],
    ["*.deleted", "userXdeleted", false],
  );
});

anyPattern(4);
anyDay(4, "each", "oneOrder");

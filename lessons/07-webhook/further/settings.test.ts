import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, practiceSecret, settingsFrom } from "./settings.ts";

test("the secret comes from the environment", () => {
  const { secret, isPractice } = settingsFrom({ WEBHOOK_SECRET: "tea" });
  assert.deepEqual([secret, isPractice], ["tea", false]);
});

test("without one there is the secret for practice, for this machine only", () => {
  const { secret, isPractice, host } = settingsFrom({});
  assert.deepEqual([secret, isPractice, host], [practiceSecret, true, "127.0.0.1"]);
  assert.throws(() => settingsFrom({ HOST: "0.0.0.0" }), RangeError);
  assert.equal(settingsFrom({ HOST: "0.0.0.0", WEBHOOK_SECRET: "tea" }).host, "0.0.0.0");
  for (const HOST of ["::1", "localhost"])
    assert.equal(settingsFrom({ HOST }).host, HOST);
});

test("an empty setting is as good as none, except an empty secret", () => {
  const empty = { WEBHOOK_PROVIDER: "", HOST: "", PORT: "" };
  assert.deepEqual(settingsFrom(empty), settingsFrom({}));
});

test("the address of a server is one that this machine can call", () => {
  const hosts = ["127.0.0.1", "0.0.0.0", "::1", "::", "localhost"];
  assert.deepEqual(
    hosts.map((host) => placeOf({ host, port: 3007 })),
    ["127.0.0.1:3007", "127.0.0.1:3007", "[::1]:3007", "[::1]:3007", "localhost:3007"],
  );
});

test("settings without sense are refused in a sentence", () => {
  assert.throws(() => settingsFrom({ WEBHOOK_SECRET: "" }), /empty/);
  assert.throws(() => settingsFrom({ WEBHOOK_PROVIDER: "paypal" }), /github, stripe/);
  for (const PORT of ["tea", "-1", "65536", "1.5"]) {
    assert.throws(() => settingsFrom({ PORT }), /PORT/);
  }
});

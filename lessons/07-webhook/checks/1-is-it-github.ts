import assert from "node:assert/strict";
import { test } from "node:test";
import { github } from "#lesson/07-webhook/signatures.ts";
import { anySignature } from "./any-signature.ts";
import { refusesSecrets } from "./desk.ts";

const published = {
  secret: "It's a Secret to Everybody",
  body: "Hello, World!",
  signature: "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
};

test("step 1 · the example that GitHub publishes is accepted, and keeps its id", () => {
  const { secret, body, signature } = published;
  const headers = { "x-hub-signature-256": signature, "x-github-delivery": "72d3162e" };
  const { id, payload } = github(secret).verify({ headers, body: Buffer.from(body) });
  assert.deepEqual(
    { id, payload: payload.toString() },
    { id: "72d3162e", payload: body },
  );
});

test("step 1 · a secret that is not a string, is empty, or has white space at an end is a `TypeError`", () => {
  refusesSecrets(github);
});

anySignature(1);

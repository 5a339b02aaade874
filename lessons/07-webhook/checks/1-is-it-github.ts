import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { github } from "#lesson/07-webhook/signatures.ts";
import { anySignature } from "./any-signature.ts";
import {
  allAre,
  compareSafely,
  hexOf,
  order,
  refusesSecrets,
  secret,
  verdict,
} from "./desk.ts";

const published = {
  secret: "It's a Secret to Everybody",
  body: "Hello, World!",
  signature: "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
};
const header = (signature: string) => ({ "x-hub-signature-256": signature });

test("step 1 · the example that GitHub publishes is accepted, and keeps its id", () => {
  const provider = github(published.secret);
  const headers = { ...header(published.signature), "x-github-delivery": "72d3162e" };
  const { id, payload } = provider.verify({ headers, body: Buffer.from(published.body) });
  assert.deepEqual(
    { id, payload: payload.toString() },
    { id: "72d3162e", payload: "Hello, World!" },
  );
});

test("step 1 · another secret, body or header is refused with a `SignatureError` that does not tell the right one", () => {
  const provider = github(published.secret);
  const { body, signature } = published;
  const empty = createHmac("sha256", "").update(body).digest("hex");
  allAre(
    401,
    {
      "another digit": signature.replace("7", "8"),
      "two digits less": signature.slice(0, -2),
      "in capitals": `sha256=${signature.slice(7).toUpperCase()}`,
      "a space after it": `${signature} `,
      "no sha256= before it": signature.slice("sha256=".length),
      "signed with no secret": `sha256=${empty}`,
      "an empty header": "",
    },
    (each) => verdict(provider, header(each), body),
  );
  const sha1 = createHmac("sha1", published.secret).update(body).digest("hex");
  const old = { "x-hub-signature": `sha1=${sha1}` };
  assert.deepEqual(
    { "the header of old alone": verdict(provider, old, body) },
    { "the header of old alone": 401 },
  );
});

test("step 1 · signatures are compared with `timingSafeEqual`", (t) => {
  const provider = github(published.secret);
  const { signature, body } = published;
  const called = compareSafely(
    t,
    () => verdict(provider, header(signature), body),
    () => verdict(provider, header(signature.replace(/.$/, "0")), body),
  );
  assert.deepEqual({ "it is called": called }, { "it is called": true });
});

test("step 1 · without an id, or with an empty one, the fingerprint of the body is the id", () => {
  const idOf = (body: string | Buffer, id?: string) => {
    const headers = header(`sha256=${hexOf(body)}`);
    const named = id === undefined ? headers : { ...headers, "x-github-delivery": id };
    return github(secret).verify({ headers: named, body: Buffer.from(body) }).id;
  };
  const id = idOf(order);
  const guid = "72D3162e-cc78-11e3-81ab-4c9367dc0958";
  assert.deepEqual(
    {
      "an empty id counts as none": idOf(order, "") === id,
      "another body has another id": idOf(`${order} `) !== id,
      "other bytes that are not UTF-8, too":
        idOf(Buffer.of(0xff)) !== idOf(Buffer.of(0xfe)),
      "an id": idOf(order, guid),
    },
    {
      "an empty id counts as none": true,
      "another body has another id": true,
      "other bytes that are not UTF-8, too": true,
      "an id": guid,
    },
  );
});

test("step 1 · a secret that is not a string, is empty, or has white space at an end is a `TypeError`", () => {
  refusesSecrets(github);
});

anySignature(1);

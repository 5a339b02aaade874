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
  refusalOf,
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
    { id, payload: payload.toString(), contentType: provider.contentType },
    { id: "72d3162e", payload: "Hello, World!", contentType: "application/json" },
  );
});

test("step 1 · another secret, another body or another header is refused with a `SignatureError`", () => {
  const provider = github(published.secret);
  const { body, signature } = published;
  assert.equal(verdict(provider, header(signature), body), "accepted");
  allAre(
    401,
    {
      "another digit": signature.replace("7", "8"),
      "two digits less": signature.slice(0, -2),
      "two digits more": `${signature}00`,
      "something after it": `${signature} tea`,
      "a space after it": `${signature} `,
      "no sha256= before it": signature.slice("sha256=".length),
      "sha512= before it": signature.replace("sha256", "sha512"),
      "sha256= and no more": "sha256=",
      "64 times é, which has as many characters and more bytes": `sha256=${"é".repeat(64)}`,
      "an empty header": "",
    },
    (each) => verdict(provider, header(each), body),
  );
  allAre(
    401,
    {
      "another secret": () => verdict(github("guess"), header(signature), body),
      "another body": () => verdict(provider, header(signature), "Hello, World?"),
      "no header": () => verdict(provider, {}, body),
    },
    (each) => each(),
  );
  const empty = createHmac("sha256", "").update(body).digest("hex");
  const guessed = verdict(provider, header(`sha256=${empty}`), body);
  assert.deepEqual(
    { "signed with no secret": guessed },
    { "signed with no secret": 401 },
  );
});

test("step 1 · the signature is over the bytes of the body, whatever they mean", () => {
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const headers = header(`sha256=${hexOf(body)}`);
  const others = Buffer.from([0x7b, 0xfd, 0xfc, 0x7d]);
  const tea = '{"note": "чай"}';
  assert.deepEqual(
    {
      "the bytes that were signed": verdict(github(secret), headers, body),
      "other bytes, just as unreadable": verdict(github(secret), headers, others),
      "the payload": github(secret).verify({ headers, body }).payload.toString("hex"),
      "Cyrillic letters": verdict(github(secret), header(`sha256=${hexOf(tea)}`), tea),
    },
    {
      "the bytes that were signed": "accepted",
      "other bytes, just as unreadable": 401,
      "the payload": "7bfffe7d",
      "Cyrillic letters": "accepted",
    },
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

test("step 1 · a refusal does not tell what the signature should have been", () => {
  assert.deepEqual(refusalOf(github(secret), header("sha256="), hexOf(order)), {
    name: "SignatureError",
    "tells the signature": false,
  });
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
      "the id is a string that is not empty": typeof id === "string" && id !== "",
      "the same body has the same id": idOf(order) === id,
      "an empty id counts as none": idOf(order, "") === id,
      "another body has another id": idOf(`${order} `) !== id,
      "other bytes that are not UTF-8, too":
        idOf(Buffer.of(0xff)) !== idOf(Buffer.of(0xfe)),
      "an id": idOf(order, guid),
    },
    {
      "the id is a string that is not empty": true,
      "the same body has the same id": true,
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

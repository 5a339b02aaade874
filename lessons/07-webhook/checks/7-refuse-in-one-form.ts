import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { test } from "node:test";
import { allGet, problemIn } from "./answers.ts";
import { allAre, fileFor, hexOf, order, secret, signedHeaders } from "./desk.ts";
import { type Answer, openShop, type Request, type Shop, send } from "./wire.ts";

/** The events heard, when one good order has been sent after whatever came before. */
async function heardAtLast(shop: Shop): Promise<string[]> {
  const before = shop.heard.length;
  await shop.post('{"order_id": 1, "status": "paid"}', "the last one");
  return shop.heardInTheEnd(before + 1);
}

const good = signedHeaders(order);
const { "X-Hub-Signature-256": signature = "", ...unsigned } = good;
const signed = (body: string | Buffer): Request => ({
  headers: signedHeaders(body),
  body,
});

test("step 7 · a delivery that is not signed gets 401, whatever its body holds", async (t) => {
  const shop = await openShop(t);
  const longer = { ...unsigned, "X-Hub-Signature-256": `${signature}0` };
  await allGet("401 problem", shop, {
    "no signature": { headers: unsigned, body: order },
    "one digit more": { headers: longer, body: order },
    "the signature of another body": { headers: good, body: `${order} ` },
    "an empty body": { headers: unsigned, body: "" },
    "half of the JSON": { headers: unsigned, body: "{" },
    "no order": { headers: unsigned, body: '{"order_id": "x"}' },
    "no body": { headers: unsigned },
  });
  assert.deepEqual(await heardAtLast(shop), ["order.paid 1 the last one"]);
});

test("step 7 · a signed body gets 400 if it is not JSON, and 422 if it is not an order", async (t) => {
  const shop = await openShop(t);
  const deep = `[${"[".repeat(300)}${"]".repeat(300)}]`;
  await allGet("400 problem", shop, {
    "an empty body": signed(""),
    "half of the JSON": signed("{"),
    "not UTF-8": signed(Buffer.from([0x22, 0xff, 0x22])),
    "no body and no length": { headers: signedHeaders("") },
  });
  await allGet("422 problem", shop, {
    "an array": signed("[]"),
    null: signed("null"),
    "a rounded number": signed('{"order_id": 9007199254740993, "status": "paid"}'),
    "a status nobody knows": signed('{"order_id": 777, "status": "eaten"}'),
    "an object in place of the status": signed(
      '{"order_id": 777, "status": {"toString": 1}}',
    ),
    "many brackets": signed(deep),
  });
  assert.deepEqual(await heardAtLast(shop), ["order.paid 1 the last one"]);
});

test("step 7 · another content type, none, or a compressed body gets 415, signed or not", async (t) => {
  const shop = await openShop(t);
  const { "Content-Type": _, ...untyped } = good;
  const typed = (type: string) => ({
    headers: { ...good, "Content-Type": type },
    body: order,
  });
  const capital = await send(shop.port, typed("Application/JSON; charset=utf-8"));
  await allGet("415 problem", shop, {
    "no type": { headers: untyped, body: order },
    "text/plain": typed("text/plain"),
    "a form": typed("application/x-www-form-urlencoded"),
    "application/jsonp": typed("application/jsonp"),
    gzip: { headers: { ...good, "Content-Encoding": "gzip" }, body: order },
    "text/plain, not signed": { headers: { "Content-Type": "text/plain" }, body: order },
    "no type, not signed": { headers: {}, body: order },
    "no type and no body": { headers: {} },
  });
  const form = "application/x-www-form-urlencoded";
  const other = await openShop(t, {
    server: {
      provider: {
        contentType: form,
        verify: ({ body }) => ({ id: "d1", payload: body }),
      },
    },
  });
  const asForm = await send(other.port, typed(form));
  await allGet("415 problem", other, {
    "JSON to who sends forms": typed("application/json"),
  });
  assert.deepEqual(
    {
      "Application/JSON; charset=utf-8": capital.status,
      "a form, as wanted": asForm.status,
    },
    { "Application/JSON; charset=utf-8": 202, "a form, as wanted": 202 },
  );
});

test("step 7 · another method gets 405 with `Allow: POST`, another path gets 404", async (t) => {
  const shop = await openShop(t);
  const answers: Record<string, string> = {};
  const methods = ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"];
  for (const method of methods) {
    const answer = await send(shop.port, { method, headers: signedHeaders("") });
    answers[method] = `${problemIn(answer)}, Allow: ${answer.headers.allow}`;
  }
  assert.deepEqual(
    answers,
    Object.fromEntries(methods.map((method) => [method, "405 problem, Allow: POST"])),
  );
  const at = (path: string, method = "POST"): Request => ({
    ...signed(order),
    path,
    method,
  });
  await allGet("404 problem", shop, {
    another: at("/webhook/user"),
    "one below": at("/webhook/order/more"),
    "one above": at("/webhook"),
    "GET of another": at("/", "GET"),
  });
  assert.deepEqual(await heardAtLast(shop), ["order.paid 1 the last one"]);
});

test("step 7 · every refusal is a problem as in RFC 9457, and tells no signature, path or stack", async (t) => {
  const path = fileFor(t);
  const shop = await openShop(t, { path });
  const answers: Record<string, Answer> = {};
  const ask = async (name: string, request: Request) => {
    answers[name] = await send(shop.port, request);
  };
  await ask("forged", {
    headers: { ...good, "X-Hub-Signature-256": "sha256=" },
    body: order,
  });
  await ask("malformed", signed("{"));
  await ask("another path", { ...signed(order), path: "/no/such/place" });
  await ask("a path that cannot be decoded", { ...signed(order), path: "/webhook/%zz" });
  await ask("another method", { method: "GET" });
  await ask("an unknown encoding", {
    ...signed(order),
    headers: { ...good, "Content-Encoding": "tea" },
  });
  // A file in the way of the store: the disk's own words have its path in them.
  await shop.store.close();
  rmSync(path, { force: true });
  mkdirSync(path);
  await ask("not stored", signed(order));
  const secrets = [
    hexOf(order),
    hexOf("{"),
    secret,
    path,
    "    at ",
    "node_modules",
    "<pre>",
  ];
  allAre("a problem that tells nothing", answers, (answer) => {
    const told = secrets.find((one) => answer.body.includes(one));
    if (told !== undefined) return `it tells ${told}`;
    const isProblem = /^[45]\d\d problem$/.test(problemIn(answer));
    return isProblem ? "a problem that tells nothing" : problemIn(answer);
  });
});

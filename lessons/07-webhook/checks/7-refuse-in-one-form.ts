import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { test } from "node:test";
import { allGet, problemIn, stderrOf } from "./answers.ts";
import { anyDay } from "./any-day.ts";
import {
  allAre,
  Disk,
  fileFor,
  hexOf,
  manyTurns,
  order,
  secret,
  signedHeaders,
  until,
} from "./desk.ts";
import { type Answer, bytesOf, Line, openShop, type Request, send } from "./wire.ts";

const good = signedHeaders(order);
const { "X-Hub-Signature-256": _signature, ...unsigned } = good;
const signed = (body: string | Buffer): Request => ({
  headers: signedHeaders(body),
  body,
});

test("step 7 · a delivery that is not signed gets 401, whatever its body holds", async (t) => {
  const shop = await openShop(t);
  await allGet("401 problem", shop, {
    "no signature": { headers: unsigned, body: order },
    "the signature of another body": { headers: good, body: `${order} ` },
    "half of the JSON": { headers: unsigned, body: "{" },
    "no body": { headers: unsigned },
  });
  assert.deepEqual({ heard: shop.heard }, { heard: [] });
});

test("step 7 · a signed body gets 400 if it is not JSON, and 422 if it is not an order", async (t) => {
  const shop = await openShop(t);
  await allGet("400 problem", shop, {
    "half of the JSON": signed("{"),
    "bytes that are not UTF-8": signed(Buffer.of(0x22, 0xff, 0x22)),
    "no body and no length": { headers: signedHeaders("") },
  });
  await allGet("422 problem", shop, {
    null: signed("null"),
    "a rounded number": signed('{"order_id": 9007199254740993, "status": "paid"}'),
    "many brackets": signed(`[${"[".repeat(300)}${"]".repeat(300)}]`),
  });
  assert.deepEqual({ heard: shop.heard }, { heard: [] });
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
    "text/json": typed("text/json"),
    "application/jsonp": typed("application/jsonp"),
    "application/ld+json": typed("application/ld+json"),
    gzip: { headers: { ...good, "Content-Encoding": "gzip" }, body: order },
    "text/plain, not signed": { headers: { "Content-Type": "text/plain" }, body: order },
    "no type and no body": { headers: {} },
  });
  const form = "application/x-www-form-urlencoded";
  const verify = ({ body }: { body: Buffer }) => ({ id: "d1", payload: body });
  const other = await openShop(t, {
    server: { provider: { contentType: form, verify } },
  });
  const wanted = await send(other.port, typed(form));
  await allGet("415 problem", other, { "JSON for a form": typed("application/json") });
  assert.deepEqual(
    { "capitals, with a charset": capital.status, "a form for a form": wanted.status },
    { "capitals, with a charset": 202, "a form for a form": 202 },
  );
});

test("step 7 · another method gets 405 with `Allow: POST`, another path gets 404", async (t) => {
  const shop = await openShop(t);
  for (const method of ["GET", "PUT", "OPTIONS"]) {
    const answer = await send(shop.port, { method, headers: signedHeaders("") });
    const seen = `${problemIn(answer)}, Allow: ${answer.headers.allow}`;
    assert.deepEqual({ [method]: seen }, { [method]: "405 problem, Allow: POST" });
  }
  // It gets no body, so the end of the connection is the end of the answer.
  const head = { method: "HEAD", headers: { Connection: "close" } };
  assert.deepEqual({ HEAD: (await send(shop.port, head)).status }, { HEAD: 405 });
  await allGet("404 problem", shop, {
    another: { ...signed(order), path: "/webhook/user" },
    "one below": { ...signed(order), path: "/webhook/order/more" },
    "GET of another": { method: "GET", path: "/" },
  });
});

test("step 7 · every refusal is a problem as in RFC 9457, and tells no signature, path or stack", async (t) => {
  const path = fileFor(t);
  const shop = await openShop(t, { path });
  const answers: Record<string, Answer> = {};
  const ask = async (name: string, request: Request) => {
    answers[name] = await send(shop.port, request);
  };
  const forged = { ...good, "X-Hub-Signature-256": "sha256=" };
  await ask("forged", { headers: forged, body: order });
  await ask("malformed", signed("{"));
  await ask("a path that cannot be decoded", { ...signed(order), path: "/webhook/%zz" });
  const encoded = { ...good, "Content-Encoding": "tea" };
  await ask("an unknown encoding", { headers: encoded, body: order });
  // A folder in the way of the store: the disk's own words have its path in them.
  await shop.store.close();
  rmSync(path, { force: true });
  mkdirSync(path);
  await ask("not stored", signed(order));
  const secrets = [hexOf(order), hexOf("{"), secret, path, "    at ", "<pre>"];
  allAre("a problem that tells nothing", answers, (answer) => {
    const told = secrets.find((one) => answer.body.includes(one));
    if (told !== undefined) return `it tells ${told}`;
    const problem = problemIn(answer, 503);
    return /^[45]\d\d problem$/.test(problem) ? "a problem that tells nothing" : problem;
  });
});

test("step 7 · a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  const answers: Record<string, string> = {};
  for (const state of ["full", "broken"] as const) {
    disk[state] = true;
    const answer = await shop.post(order, state);
    disk[state] = false;
    const later = (await shop.post(order, state)).status;
    const isTime = /^\d+$/.test(answer.headers["retry-after"] ?? "");
    answers[state] =
      `${problemIn(answer, 503)}, ${isTime ? "Retry-After" : "no time"}, ${later}`;
  }
  const causes = shop.errors.map((error) => /ENOSPC|EIO/.exec(String(error))?.[0]);
  const right = "503 problem, Retry-After, 202";
  assert.deepEqual(
    { ...answers, "onError was called with": causes },
    { full: right, broken: right, "onError was called with": ["ENOSPC", "EIO"] },
  );
});

test("step 7 · a failure of our own gets 500, and `onError` its cause; what the sender did wrong is not told", async (t) => {
  const failures = [new Error("the password of the database is tea"), "tea"];
  const left = [...failures];
  const verify = () => {
    throw left.shift();
  };
  const provider = { contentType: "application/json", verify };
  const shop = await openShop(t, { server: { provider } });
  const answers: Answer[] = [];
  for (const _ of failures) answers.push(await shop.post(order));
  const other = await openShop(t);
  await send(other.port, { headers: unsigned, body: order });
  await other.post("null");
  await other.post(" ".repeat(200_000));
  // Somebody begins to send, is told to go on, and hangs up.
  const line = new Line(other.port);
  const half = { ...good, Expect: "100-continue", "Content-Length": "900" };
  line.say(bytesOf({ headers: half }));
  await line.answer();
  line.end();
  await until(() => line.isClosed);
  await manyTurns();
  assert.deepEqual(
    {
      answers: answers.map((answer) => problemIn(answer, 500)),
      "one tells the password": answers.some(({ body }) => body.includes("tea")),
      "onError was called with": shop.errors,
      "for mistakes of the sender with": other.errors,
    },
    {
      answers: ["500 problem", "500 problem"],
      "one tells the password": false,
      "onError was called with": failures,
      "for mistakes of the sender with": [],
    },
  );
});

test("step 7 · an `onError` that throws or rejects changes no answer; without one, stderr is told", async (t) => {
  const lines = stderrOf(t);
  const escaped: unknown[] = [];
  const hear = (error: unknown) => escaped.push(error);
  process.on("unhandledRejection", hear);
  t.after(() => process.removeListener("unhandledRejection", hear));
  const ways: Record<string, ((error: unknown) => unknown) | undefined> = {
    throws: () => {
      throw new Error("the log is full");
    },
    rejects: () => Promise.reject(new Error("the log is far away")),
    "never comes back": () => new Promise(() => {}),
    "is not given": undefined,
  };
  for (const [way, onError] of Object.entries(ways)) {
    const disk = new Disk();
    const server = onError ? { onError } : {};
    const shop = await openShop(t, { disk, isQuiet: true, server });
    disk.full = true;
    const answers = [
      problemIn(await shop.post(order), 503),
      problemIn(await shop.post(order), 503),
    ];
    assert.deepEqual({ [way]: answers }, { [way]: ["503 problem", "503 problem"] });
  }
  await manyTurns();
  const timesOf = (reason: string) =>
    lines.filter((line) => line.includes(reason)).length;
  const reasons = ["the log is full", "the log is far away", "ENOSPC"];
  assert.deepEqual(
    {
      "told on stderr": reasons.filter((reason) => timesOf(reason) > 0),
      // Of four servers, the one without an `onError` was asked twice.
      "failures of the disk": timesOf("ENOSPC"),
      "failures that nobody handles": escaped,
    },
    {
      "told on stderr": reasons,
      "failures of the disk": 2,
      "failures that nobody handles": [],
    },
  );
});

anyDay(7);

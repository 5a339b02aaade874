import assert from "node:assert/strict";
import { Server } from "node:http";
import { type TestContext, test } from "node:test";
import { defaultLimits, type Limits } from "../given/server-options.ts";
import { atEnd, order, signedHeaders, until } from "./desk.ts";
import { type Answer, Line, openShop } from "./wire.ts";

const limited = (t: TestContext, limits: Partial<Limits>) =>
  openShop(t, { server: { limits } });

function lineTo(t: TestContext, port: number, options = {}): Line {
  const line = new Line(port, options);
  atEnd(t, () => line.end());
  return line;
}

/** `408 problem`, `cut off`, or the status alone. */
function shown({ code, status, headers }: Answer): string {
  if (code === 0) return "cut off without a word";
  const isProblem = headers["content-type"]?.startsWith("application/problem+json");
  return isProblem && code < 500 ? `${code} problem` : `${status}`;
}

/** Asks on one new connection after the other: how the first that is not cut off is answered. */
async function firstAnswer(t: TestContext, port: number): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const line = lineTo(t, port);
    const answer = await ask(line);
    line.end();
    if (answer.code !== 0) return shown(answer);
  }
  return "cut off, 200 times";
}

function ask(line: Line): Promise<Answer> {
  line.say("GET /webhook/order HTTP/1.1\r\nHost: x\r\n\r\n");
  return line.answer();
}

test("step 8 · a body of more than `bodySize` bytes gets 413, announced or not", async (t) => {
  const shop = await limited(t, { bodySize: 1_000 });
  const spaces = " ".repeat(1_000 - order.length);
  const fits = await shop.post(order + spaces, "fits");
  const large = `${order}${spaces} `;
  const announced = await shop.post(large);
  const line = lineTo(t, shop.port);
  const headers = Object.entries(signedHeaders(large)).map(
    ([key, value]) => `${key}: ${value}\r\n`,
  );
  const chunk = `${large.length.toString(16)}\r\n${large}\r\n`;
  line.say(
    `POST /webhook/order HTTP/1.1\r\nHost: x\r\n${headers.join("")}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`,
  );
  assert.deepEqual(
    {
      "1,000 bytes": fits.status,
      "1,001 bytes": shown(announced),
      "1,001 bytes in chunks": shown(await line.answer()),
      heard: await shop.heardInTheEnd(1),
    },
    {
      "1,000 bytes": 202,
      "1,001 bytes": "413 problem",
      "1,001 bytes in chunks": "413 problem",
      heard: ["order.created 777 fits"],
    },
  );
});

const slow = {
  "with its headers": "POST /webhook/order HTTP/1.1\r\nHost: x\r\nX-Slow: ",
  "with its body":
    "POST /webhook/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
};

test("step 8 · a request that takes longer than `requestTime` gets 408, and `onError` is not called", async (t) => {
  const shop = await limited(t, { headersTime: 30, requestTime: 60, lookEvery: 5 });
  const lines = Object.entries(slow).map(([name, text]) => {
    const line = lineTo(t, shop.port);
    line.say(text);
    return [name, line] as const;
  });
  // Each says a little now and then, so that the line is never silent for long.
  const drip = setInterval(() => {
    for (const [, line] of lines) line.say("x");
  }, 10);
  atEnd(t, () => clearInterval(drip));
  const answers: Record<string, string> = {};
  for (const [name, line] of lines) answers[name] = shown(await line.answer());
  assert.deepEqual(
    { ...answers, "onError was called with": shop.errors },
    {
      "with its headers": "408 problem",
      "with its body": "408 problem",
      "onError was called with": [],
    },
  );
});

test("step 8 · headers have the shorter limit `headersTime`", async (t) => {
  const shop = await limited(t, { headersTime: 30, requestTime: 60_000, lookEvery: 5 });
  const line = lineTo(t, shop.port);
  line.say(slow["with its headers"]);
  const answer = shown(await line.answer());
  assert.deepEqual({ "slow headers": answer }, { "slow headers": "408 problem" });
});

test("step 8 · what is not HTTP gets 400, headers that are too large get 431, and the connection ends", async (t) => {
  const shop = await openShop(t);
  const lines = {
    nonsense: "hello, shop?\r\n\r\n",
    "large headers": `POST / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`,
  };
  const answers: Record<string, string> = {};
  for (const [name, text] of Object.entries(lines)) {
    const line = lineTo(t, shop.port);
    line.say(text);
    answers[name] = shown(await line.answer());
    await until(() => line.isClosed);
    answers[`${name}, then`] = line.isClosed ? "closed" : "still open";
  }
  assert.deepEqual(answers, {
    ...{ nonsense: "400 problem", "nonsense, then": "closed" },
    ...{ "large headers": "431 problem", "large headers, then": "closed" },
  });
});

test("step 8 · whoever is cut off and does not hang up keeps no connection", async (t) => {
  const limits = { headersTime: 30, requestTime: 60, lookEvery: 5, connections: 1 };
  const shop = await limited(t, limits);
  const line = lineTo(t, shop.port, { hangsUp: false });
  line.say(slow["with its headers"]);
  const first = shown(await line.answer());
  assert.deepEqual(
    { "who is slow": first, "who comes after it": await firstAnswer(t, shop.port) },
    { "who is slow": "408 problem", "who comes after it": "405 problem" },
  );
});

test("step 8 · there are never more than `connections` connections; when one ends there is room again", async (t) => {
  const shop = await limited(t, { connections: 2 });
  const lines = [1, 2, 3].map(() => lineTo(t, shop.port));
  const answers: string[] = [];
  for (const line of lines) answers.push(shown(await ask(line)));
  lines[0]?.end();
  assert.deepEqual(
    { answers, "when the first has ended": await firstAnswer(t, shop.port) },
    {
      answers: ["405 problem", "405 problem", "cut off without a word"],
      "when the first has ended": "405 problem",
    },
  );
});

test("step 8 · a limit that is not given is that of `defaultLimits`", async (t) => {
  const servers: Server[] = [];
  const { listen } = Server.prototype;
  t.mock.method(Server.prototype, "listen", function (
    this: Server,
    ...rest: Parameters<typeof listen>
  ) {
    servers.push(this);
    return listen.apply(this, rest);
  } as typeof listen);
  const shop = await openShop(t);
  await limited(t, { connections: 7 });
  const [server, other] = servers;
  const spaces = " ".repeat(defaultLimits.bodySize - order.length);
  const bodies = {
    "a body of the largest size": (await shop.post(order + spaces)).status,
    "one byte more": (await shop.post(`${order + spaces} `)).status,
  };
  const of = (one: Server | undefined) => ({
    headersTime: one?.headersTimeout,
    requestTime: one?.requestTimeout,
    // Node's types leave it out.
    lookEvery: (one as { connectionsCheckingInterval?: number })
      ?.connectionsCheckingInterval,
    connections: one?.maxConnections,
  });
  const { bodySize: _, ...others } = defaultLimits;
  assert.deepEqual(
    { "without limits": of(server), "with one limit": of(other), ...bodies },
    {
      "without limits": others,
      "with one limit": { ...others, connections: 7 },
      ...{ "a body of the largest size": 202, "one byte more": 413 },
    },
  );
});

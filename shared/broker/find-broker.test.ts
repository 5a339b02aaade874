import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { connect } from "#bus/rabbit-connection";
import { findBroker, rabbitMq } from "./find-broker.ts";
import { kafka } from "./find-kafka.ts";
import { redis } from "./find-redis.ts";
import { findServerOf, type ServerKind } from "./find-server.ts";
import { problemAt } from "./probe.ts";
import { StandIn } from "./stand-in.ts";

const start = Buffer.from([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 10]);
const asBroker = (socket: Socket) => socket.once("data", () => socket.end(start));

const variables = [rabbitMq, redis, kafka].map(({ variable }) => variable);
let named: (string | undefined)[] = [];
beforeEach(() => {
  named = variables.map((variable) => process.env[variable]);
});
afterEach(() => {
  for (const [at, variable] of variables.entries()) {
    if (named[at] === undefined) delete process.env[variable];
    else process.env[variable] = named[at];
  }
});

/** Runs `use` with the port of a server that treats its callers like this. */
async function withServer<Result>(
  host: string,
  treat: (socket: Socket) => void,
  use: (port: number) => Promise<Result>,
): Promise<Result> {
  const server = createServer((socket) => {
    socket.on("error", () => {}).resume();
    treat(socket);
  }).listen(0, host);
  await once(server, "listening");
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

/** Why nobody can be found at this URL. */
async function refusalOf(url: string, kind: ServerKind = rabbitMq): Promise<string> {
  process.env[kind.variable] = url;
  return findServerOf(kind, { own: false }).then(
    ({ origin }) => assert.fail(`found ${origin}`),
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

for (const host of ["127.0.0.1", "::1"]) {
  const inUrl = host.includes(":") ? `[${host}]` : host;
  test(`a broker at ${host} is found`, async (t) => {
    await withServer(host, asBroker, async (port) => {
      process.env.AMQP_URL = `amqp://${inUrl}:${port}`;
      const { origin } = await findBroker({ own: false });
      assert.equal(origin, `the one in AMQP_URL, at ${inUrl}:${port}`);
    }).catch((error) => {
      // A machine may have no IPv6.
      if (!/EADDRNOTAVAIL|EAFNOSUPPORT/.test(error.code)) throw error;
      t.skip(error.code);
    });
  });
}

test("what answers otherwise is not a broker", async () => {
  const problem = (treat: (socket: Socket) => void) =>
    withServer("127.0.0.1", treat, async (port) =>
      (await problemAt(`amqp://127.0.0.1:${port}`))?.replace(String(port), "PORT"),
    );
  assert.equal(
    await problem((socket) => socket.end("HTTP/1.1 400 Bad Request")),
    "something other than RabbitMQ listens at 127.0.0.1:PORT",
  );
  assert.equal(
    await problem((socket) => socket.once("data", () => socket.end())),
    "127.0.0.1:PORT hung up",
  );
});

test("an empty AMQP_URL is as good as none", async () => {
  process.env.AMQP_URL = "";
  const outcome = await findBroker({ own: false }).then(
    ({ origin }) => origin,
    ({ message }: Error) => message,
  );
  assert.doesNotMatch(outcome, /AMQP_URL is|AMQP_URL names/);
});

for (const sign of ["#", "/", "?", "12#", "12/", "12?"]) {
  test(`a password with ${sign} in it is not printed, and the way to encode it is`, async () => {
    const url = `amqp://shop:${sign}secret@127.0.0.1:1`;
    const refusals = [
      await refusalOf(url),
      await refusalOf(url.replace("amqp", "redis"), redis),
      await connect(url).then(
        () => "",
        (error: Error) => `${error.name}: ${error.message}`,
      ),
    ];
    for (const text of refusals) {
      assert.match(text, /^(NoBrokerError|BrokerError): .*write # as %23/);
      assert.doesNotMatch(text, /secret|shop|12/);
    }
  });
}

test("a virtual host that is not there is told in words of our own", async () => {
  const broker = new StandIn();
  broker.refuses = [530, "NOT_ALLOWED - vhost back.office not found"];
  const { port, close } = await broker.listen("127.0.0.1");
  await assert.rejects(connect(`amqp://127.0.0.1:${port}/back.office`), {
    name: "BrokerError",
    message: `No broker lets us in at 127.0.0.1:${port}: it has no such virtual host, or does not let this user in there.`,
  });
  await close();
});

test("what is not the URL of a broker is said to be none, and not repeated", async () => {
  for (const url of ["nonsense", "http://user:secret@127.0.0.1"])
    assert.match(await refusalOf(url), /^NoBrokerError: (?!.*(nonsense|secret))/);
});

test("a Kafka may be at an IPv6 address; what is not a host and a port is refused in a sentence", async () => {
  assert.match(
    await refusalOf("[::1]:1", kafka),
    /^NoBrokerError: KAFKA_BROKERS names a Kafka at \[::1\]:1, but nothing listens at \[::1\]:1/,
  );
  for (const brokers of [
    "127.0.0.1:99999",
    "shop:secret@127.0.0.1:1",
    "a:1,,b:2",
    "::1:1",
  ])
    assert.match(await refusalOf(brokers, kafka), /^NoBrokerError: .* not usable/);
});

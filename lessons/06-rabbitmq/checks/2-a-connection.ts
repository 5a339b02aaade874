import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import { createServer, Socket } from "node:net";
import { test } from "node:test";
import tls from "node:tls";
import { inspect } from "node:util";
import fc from "fast-check";
import { budget, catchEscaped } from "#any-day";
import { turn } from "#any-day/time-limits";
import type { Line, StandIn } from "#broker/stand-in";
import { BrokerError, type ConnectOptions } from "#bus/rabbit-contract";
import { connect } from "#lesson/06-rabbitmq/rabbit-connection.ts";
import { withBroker } from "./desk.ts";

async function withConnection(
  options: ConnectOptions,
  happens: (line: Line) => unknown,
  isAtOnce = false,
): Promise<void> {
  await withBroker(async (broker, place) => {
    const connecting = connect(`amqp://shop:secret@${place}`, options);
    const isThere = () => broker.lines[0]?.greeting.virtualHost;
    for (let turns = 0; turns < 2_000 && isAtOnce && !isThere(); turns++) await turn();
    if (!isAtOnce || !isThere()) await connecting;
    const [line] = broker.lines as [Line];
    if (isAtOnce) await happens(line);
    // Another one, which hears of its own end alone.
    const other = await connect(`amqp://${place}`, { onLost() {}, onBlocked() {} });
    if (!isAtOnce) await happens(line);
    for (let turns = 0; turns < 100; turns++) await turn();
    await (await connecting).close().catch(() => {});
    await other.close();
  });
}

/** Only what must be encoded is. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%2[46BC]|%3[BD]/g, decodeURIComponent);
}

async function refusalAt(url: string): Promise<string> {
  const lost: unknown[] = [];
  const onLost = (reason: unknown) => lost.push(reason);
  try {
    await connect(url, { onLost });
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    if (lost.length > 0) return "onLost is called, and nothing was there to lose";
    // Logs print all that an error has.
    return /secret|sec%72et|:amqp@/.test(inspect(error)) ? "secret" : error.message;
  }
  return "connected";
}

test("step 2 · where nobody lets us in, a `BrokerError` names the host and says why, in one line", async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const hungUp = await refusalAt(`amqp://127.0.0.1:${port}`);
  server.close();
  await once(server, "close");
  const sentences = [await refusalAt(`amqp://127.0.0.1:${port}`)];
  await withBroker(async (broker, place) => {
    broker.refuses = [403, "ACCESS_REFUSED - Login was refused"];
    sentences.push(await refusalAt(`amqp://${place}`));
    broker.refuses = [530, "NOT_ALLOWED - vhost back.office not found"];
    sentences.push(await refusalAt(`amqp://${place}/back.office`));
  });
  // It is nobody's password that is wrong where the other side hangs up.
  for (const nobody of [sentences[0] ?? "", hungUp]) {
    const whys = [nobody, ...sentences.slice(1)].map((one) => one.replace(/\d+/g, ""));
    assert.equal(new Set(whys).size, 3, "two of them say the same");
  }
  // Where a name has two addresses and nobody listens at either, the error has no message. One has one.
  const both = ["127.0.0.1", "::1"].map((address, at) => ({
    address,
    family: 4 + 2 * at,
  }));
  t.mock.method(dns, "lookup", (host: string, ...words: unknown[]) => {
    const found = words.at(-1) as (error: null, all: unknown[]) => void;
    found(null, host === "localhost" ? both.slice(0, 1) : both);
  });
  const hosts = ["127.0.0.1", "localhost", "shop.test"];
  const two = await Promise.all(hosts.map((host) => refusalAt(`amqp://${host}:${port}`)));
  const namedByTwoAtOnce = hosts.filter((host, at) => two[at]?.includes(host));
  assert.deepEqual({ namedByTwoAtOnce }, { namedByTwoAtOnce: hosts });
  sentences.push(hungUp, ...two);
  for (const sentence of sentences) {
    const namesTheHost = hosts.some((host) => sentence.includes(host));
    const saysWhy = !/(:|undefined)\W*$/.test(sentence);
    const lines = sentence.split("\n").length;
    const due = { sentence, namesTheHost: true, saysWhy: true, lines: 1 };
    assert.deepEqual({ sentence, namesTheHost, saysWhy, lines }, due);
  }
});

test("step 2 · no error holds the password, and one that must be encoded is called so", async () => {
  await withBroker(async (broker, place) => {
    broker.refuses = [403, "ACCESS_REFUSED - Login was refused"];
    const wrong = ["#secret", "x/secret", "12?secret", "100%secret"];
    // These need not be encoded.
    const odd = [..."!$&'()*+,;=:"].map((sign) => `secret${sign}${sign}secret`);
    for (const word of [...wrong, "secret", "sec%72et", "amqp", ...odd]) {
      const sentence = await refusalAt(`amqp://127.0.0.1:${word}@${place}`);
      const seen = {
        holdsIt: sentence.includes("secret"),
        saysHow: sentence.includes("%23"),
      };
      assert.deepEqual(
        { password: word, ...seen },
        { password: word, holdsIt: false, saysHow: wrong.includes(word) },
      );
    }
  });
});

test("step 2 · it asks for a heartbeat: the option's, else the URL's, else 10 seconds", async () => {
  await withBroker(async (broker, place) => {
    const queries = ["", "?heartbeat=45", "?heartbeat=0", "?channelMax=7&heartbeat=45"];
    const wanted = [{}, { heartbeat: 0 }, { heartbeat: 4 }, { heartbeat: 50 }];
    const cases = queries.flatMap((query) => wanted.map((one) => [query, one] as const));
    for (const [query, options] of cases) {
      const { heartbeat: due = Number(/\d+$/.exec(query) ?? 10) }: ConnectOptions =
        options;
      const connection = await connect(`amqp://${place}${query}`, Object.freeze(options));
      const heartbeat = broker.lines[0]?.greeting.heartbeat;
      await connection.close();
      assert.deepEqual({ query, options, heartbeat }, { query, options, heartbeat: due });
    }
  });
});

test("step 2 · user, password, host, port and virtual host are those of the URL, and so is amqps", async (t) => {
  const odd: (typeof words)[number] = ["a%41", "Ann@Home/?#", "a+b"];
  const text = fc.string({ minLength: 3 });
  const password = fc.oneof(text, fc.constant(""));
  const { seed } = budget();
  const words = fc.sample(fc.tuple(text, password, text), { seed, numRuns: 8 });
  words.push(odd, odd.toReversed() as typeof odd);
  const greet = async (broker: StandIn, place: string) => {
    for (const [user = "", password = "", virtualHost = ""] of words) {
      const said = [user, password, virtualHost].map(encoded);
      const url = `amqp://${said[0]}:${said[1]}@${place}/${said[2]}`;
      const connection = await connect(url);
      const due = { user, password, virtualHost, heartbeat: 10 };
      assert.deepEqual({ ...broker.lines[0]?.greeting }, due);
      await connection.close();
    }
  };
  await withBroker(greet);
  await withBroker(greet, "::1").catch((error) => {
    // A machine may have no IPv6.
    if (!/EADDRNOTAVAIL|EAFNOSUPPORT/.test(error.code)) throw error;
  });
  const ports: unknown[] = [];
  t.mock.method(tls, "connect", (options: tls.ConnectionOptions) => {
    const { port, rejectUnauthorized = true, checkServerIdentity } = options;
    const isStrict = rejectUnauthorized && !checkServerIdentity;
    ports.push(isStrict ? Number(port) : "anybody's certificate");
    return new Socket().destroy(new Error("nobody is there"));
  });
  for (const place of ["shop.test", "shop.test:40123"])
    await refusalAt(`amqps://shop:secret@${place}`);
  assert.deepEqual({ portsOfAmqps: ports }, { portsOfAmqps: [5671, 40123] });
});

test("step 2 · `onLost` is called once, with the reason, when the connection ends", async () => {
  const ways: Record<string, (line: Line) => void> = {
    "the line is cut as soon as it is there": (line) => line.cut(),
    "the broker is stopped": (line) => line.sayGoodbye(),
    "somebody ends it at the broker": (line) => line.sayGoodbye("management"),
  };
  let [lost, isCut]: [unknown[], boolean] = [[], true];
  // Whoever connects again hands in the same options.
  const options = {
    onLost(reason: unknown) {
      const isDue = isCut || /shutdown|management/.test(String(reason));
      lost.push(reason instanceof Error && isDue && !/secret/.test(inspect(reason)));
      if (isCut) throw new Error("the telephone is broken");
    },
  };
  for (const [way, happens] of Object.entries(ways)) {
    [lost, isCut] = [[], /is cut/.test(way)];
    await catchEscaped(async (escaped) => {
      await withConnection(options, happens, isCut);
      const { failures: unhandled, stderr } = escaped;
      const seen = { [way]: lost, unhandled, stderr: isCut ? "" : stderr };
      assert.deepEqual(seen, { [way]: [true], unhandled: [], stderr: "" });
    });
  }
});

test("step 2 · closing the connection oneself is not a loss", async () => {
  const lost: unknown[] = [];
  await withConnection({ onLost: (reason: unknown) => lost.push(reason) }, () => {});
  assert.deepEqual({ lost }, { lost: [] });
});

test("step 2 · `onBlocked` is called with the reason when the broker takes no more", async () => {
  const blocked: string[] = [];
  const reasons = ["low on disk", "low on memory", "low on memory"];
  const onBlocked = (reason: string) => Promise.reject(blocked.push(reason));
  const seen = await catchEscaped(async (escaped) => {
    await withConnection({ onBlocked }, async (line) => {
      for (const reason of reasons) {
        line.block(reason);
        for (let turns = 0; turns < 100; turns++) await turn();
        line.unblock();
      }
    });
    return { isPrinted: escaped.stderr.includes("low on"), unhandled: escaped.failures };
  });
  const due = { blocked: reasons, isPrinted: false, unhandled: [] };
  assert.deepEqual({ blocked, ...seen }, due);
});

test("step 2 · without these options, a loss and a block are lines on stderr", async () => {
  const all: ConnectOptions[] = [{}, { onLost() {} }, { onBlocked() {} }];
  for (const options of all)
    await catchEscaped(async (escaped) => {
      await withConnection(options, async (line) => {
        for (const reason of ["low on disk", "low on memory"]) {
          line.block(reason);
          for (let turns = 0; turns < 100; turns++) await turn();
          line.unblock();
        }
        line.cut();
      });
      const { failures: unhandled, stderr } = escaped;
      const lines = (options.onLost ? 0 : 1) + (options.onBlocked ? 0 : 2);
      const seen = { lines: stderr.split("\n").length - 1, unhandled };
      assert.deepEqual({ options, ...seen }, { options, lines, unhandled: [] });
      assert.deepEqual({ holdsIt: stderr.includes("secret") }, { holdsIt: false });
    });
});

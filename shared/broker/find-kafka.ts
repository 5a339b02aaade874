import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findServerOf, type SearchOptions, type ServerKind } from "./find-server.ts";
import {
  findProgram,
  freePorts,
  type PrivateNode,
  runPrivately,
} from "./private-process.ts";
import { type Greeting, problemWith } from "./say-hello.ts";

/** Where Kafka is when KAFKA_HOME does not say it: a folder whose `libs` hold the server. */
const usualPlaces = [
  "/opt/kafka",
  "/opt/homebrew/opt/kafka/libexec",
  "/usr/local/opt/kafka/libexec",
];

export const kafka: ServerKind = {
  title: "Kafka",
  variable: "KAFKA_BROKERS",
  local: { url: "127.0.0.1:9092", place: "127.0.0.1:9092" },
  async problemAt(brokers) {
    const problems = await Promise.all(brokers.split(",").map(problemAtOne));
    return problems.includes(undefined) ? undefined : problems[0];
  },
  placeOf(brokers) {
    if (brokers.split(",").every(isPlace)) return brokers;
    throw new TypeError('It is like "127.0.0.1:9092", several with commas between them.');
  },
  findPrivate: () => (findKafkaServer() ? startPrivateKafka : undefined),
  seconds: 15,
  compose: ["--profile", "kafka", "kafka"],
  install: {
    darwin: "`brew install kafka && brew services start kafka`",
    win32: "start Kafka in WSL",
    other:
      "unpack Apache Kafka 4 into /opt/kafka, with Java 17, or name its folder in KAFKA_HOME",
  },
};

/** Looks for a Kafka: `KAFKA_BROKERS`, the one at 127.0.0.1:9092, a private one, or Docker. */
export const findKafka = (options?: SearchOptions) => findServerOf(kafka, options);

/** What runs an installed Kafka: the program, and the words that come first. */
function findKafkaServer(): [java: string, ...words: string[]] | undefined {
  const java = findProgram("java");
  const home = [process.env.KAFKA_HOME ?? "", ...usualPlaces].find(holdsKafka);
  if (process.platform === "win32" || !java || !home) return undefined;
  // A broker that lives for minutes gains nothing from the second compiler.
  return [java, "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", join(home, "libs", "*")];
}

function holdsKafka(home: string): boolean {
  const libs = join(home, "libs");
  return (
    home !== "" &&
    existsSync(libs) &&
    readdirSync(libs).some((name) => /^kafka_.*\.jar$/.test(name))
  );
}

/** Starts a private Kafka, one process that is broker and controller, in 8 to 30 seconds. */
async function startPrivateKafka(): Promise<PrivateNode> {
  const found = findKafkaServer();
  if (!found) throw new Error("No Kafka is installed here.");
  const [java, ...words] = found;
  const [port = 0, controller = 0] = await freePorts(2);
  const url = `127.0.0.1:${port}`;
  return runPrivately("Kafka", async (folder) => {
    const config = join(folder, "server.properties");
    writeFileSync(config, properties(folder, port, controller));
    const run = (...more: string[]) => [...words, ...more];
    const format = [
      "format",
      "--config",
      config,
      "--cluster-id",
      "eda-workbook-private-0",
    ];
    await promisify(execFile)(java, run("kafka.tools.StorageTool", ...format));
    return {
      url,
      start: () =>
        spawn(java, run("kafka.Kafka", config), { cwd: folder, stdio: "ignore" }),
      problem: () => problemAtOne(url),
    };
  });
}

function properties(folder: string, port: number, controller: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, "data")}
# There is one broker, so of everything one copy.
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
# Fewer partitions to open, and no waiting for more members when a group begins.
offsets.topic.num.partitions=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
`;
}

/** A name or an address and a port: an IPv6 address in brackets, and no password, which is not for here. */
function isPlace(broker: string): boolean {
  const isHostAndPort = /^(\[[^\]]+\]|[^\s:/@[\]]+):\d+$/.test(broker);
  return isHostAndPort && URL.canParse(`kafka://${broker}`);
}

function problemAtOne(broker: string): Promise<string | undefined> {
  const { hostname, port } = new URL(`kafka://${broker}`);
  const host = hostname.replace(/^\[|\]$/g, "");
  return problemWith({ host, port: Number(port) }, greeting);
}

/** `ApiVersions` in its first version; the answer repeats the number of the request, 7. */
const greeting: Greeting = {
  title: "Kafka",
  hello: Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 255, 255]),
  isRight: (answer) => answer.length >= 8 && answer.readInt32BE(4) === 7,
};

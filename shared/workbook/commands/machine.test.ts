import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { TrialCourse } from "../trial-course.ts";
import { findBroker, findProgram } from "./machine.ts";

/** What the doctor finds where a server treats its callers like this. */
async function found(treat: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {}).resume();
    treat(socket);
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as AddressInfo;
  try {
    const { found: isFound, text } = await findBroker(`amqp://127.0.0.1:${port}`);
    return `${isFound} ${text.replace(String(port), "PORT")}`;
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

test("a broker is what answers as one", async () => {
  const start = Buffer.from([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 10]);
  assert.equal(
    await found((socket) =>
      socket.once("data", (hello) => {
        assert.equal(hello.toString("latin1"), "AMQP\0\0\x09\x01");
        socket.end(start);
      }),
    ),
    "true answers at 127.0.0.1:PORT",
  );
});

test("something else at its port is no broker", async () => {
  assert.equal(
    await found((socket) => socket.end("HTTP/1.1 400 Bad Request")),
    "false something else than RabbitMQ listens at 127.0.0.1:PORT",
  );
  assert.equal(
    await found((socket) => socket.once("data", () => socket.end())),
    "false 127.0.0.1:PORT hung up",
  );
});

test("an address that is none is said to be none", async () => {
  assert.deepEqual(await findBroker("nonsense"), {
    found: false,
    text: "AMQP_URL is no address: nonsense",
  });
});

test("a program is looked for where the system looks", () => {
  assert.equal(findProgram("surely-no-such-program"), undefined);
});

test("the doctor names everything that a lesson may need", async () => {
  using course = new TrialCourse();
  const { status, output } = await course.lesson("doctor");
  for (const name of [
    "Node",
    "Packages",
    "Write access",
    "RabbitMQ running",
    "Docker engine",
  ]) {
    assert.match(output, new RegExp(`^${name} +(found|not found)$`, "m"));
  }
  assert.equal(status, 0);
});

import { type Change, proof } from "../proof.ts";

const connection = "rabbit-connection.ts";
const publisher = "rabbit-publisher.ts";
const consumer = "rabbit-consumer.ts";

/** One replacement in one file, as most of the mistakes are. */
function change(file: string, find: string, put: string): Change[] {
  return [{ file, find, put }];
}

const importTodo = (file: string, before: string): Change => ({
  file,
  find: before,
  put: `import { todo } from "#todo";\n${before}`,
});

const attempt = `    try {
      await this.#work(readEvent(message.content), message);
      return true;
    } catch (error) {
      this.#options.onError(error, message);
      return false;
    }`;

const settle = `    try {
      if (done) this.#channel.ack(message);
      else this.#channel.reject(message, false);
    } catch {
      // The channel is gone: the broker still has the message, and will deliver it again.
    }`;

const closing = `    // On a channel that is gone there is nothing to cancel.
    await this.#channel.cancel(this.#consumerTag).catch(() => {});
    await Promise.all(this.#inHand);
    await closeChannel(this.#channel);`;

const cancel = `    await this.#channel.cancel(this.#consumerTag).catch(() => {});\n`;
const finish = `    await Promise.all(this.#inHand);\n`;

const windowCheck = `    if (!Number.isInteger(window) || window < 1) {
      throw new RangeError(
        \`The window must be a whole number, 1 or more; got \${window}.\`,
      );
    }
`;
const prefetchCheck = `    if (!Number.isInteger(prefetch) || prefetch < 1) {
      throw new RangeError(
        \`prefetch must be a whole number, 1 or more; got \${prefetch}.\`,
      );
    }
`;

const outcomes = `      if (this.#returned.delete(event.id)) reject(new UnroutableError(event));
      else if (error) reject(error);
      else resolve();`;

export default proof({
  steps: {
    8: [
      importTodo(consumer, `/** Takes events from a queue over one connection`),
      {
        file: consumer,
        find: `    this.#closing ??= this.#close();
    return this.#closing;`,
        put: `    return todo(8, "cancel, finish what is in hand, close the channel");`,
      },
    ],
    7: [
      {
        file: consumer,
        find: `    const { prefetch = 10,`,
        put: `    if (options.onError || options.onLost)
      todo(7, "reject what fails, tell onError; tell onLost when no more will come");
    const { prefetch = 10,`,
      },
      {
        file: consumer,
        find: attempt,
        put: `    await this.#work(readEvent(message.content), message);
    return true;`,
      },
      { file: consumer, find: settle, put: `    if (done) this.#channel.ack(message);` },
      {
        file: consumer,
        find: `    channel.on("error", (error) => {
      reason = error;
    });
`,
        put: "",
      },
    ],
    6: [
      {
        file: consumer,
        find: prefetchCheck,
        put: `    if (options.prefetch !== undefined)
      todo(6, "tell the broker how many events may be in hand");
`,
      },
      { file: consumer, find: `    await channel.prefetch(prefetch);\n`, put: "" },
    ],
    5: change(
      consumer,
      `    const channel = await connection.createChannel();`,
      `    todo(5, "make the queues, consume, and acknowledge when the work is done");
    const channel = await connection.createChannel();`,
    ),
    4: [
      importTodo(publisher, `/** An event, and how to tell its producer`),
      {
        file: publisher,
        find: windowCheck,
        put: `    if (options.window !== undefined)
      todo(4, "let no more events be on their way than the window allows");
`,
      },
      {
        file: publisher,
        find: `while (this.#onTheWay < this.#options.window) {`,
        put: `for (;;) {`,
      },
      {
        file: publisher,
        find: `    await Promise.allSettled(this.#outcomes);`,
        put: `    return todo(4, "wait until every event published so far has its outcome");`,
      },
      {
        file: publisher,
        find: `    this.#closing ??= this.flush().then(() => closeChannel(this.#channel));
    return this.#closing;`,
        put: `    return todo(4, "flush, then close the channel with closeChannel");`,
      },
    ],
    3: [
      {
        file: publisher,
        find: `    const { exchange, mandatory = false, window = 256 } = options;`,
        put: `    const { exchange, mandatory = false, window = 256 } = options;
    if (options.mandatory) todo(3, "fail an event that the broker returns");`,
      },
      {
        file: publisher,
        find: outcomes,
        put: `      if (error) reject(error);
      else resolve();`,
      },
    ],
    2: [
      {
        file: publisher,
        find: `    const channel = await connection.createConfirmChannel();`,
        put: `    todo(2, "open a confirm channel, and make the exchange");
    const channel = await connection.createConfirmChannel();`,
      },
      {
        file: publisher,
        find: `    const outcome = new Promise<void>((resolve, reject) => {`,
        put: `    todo(2, "send the event as JSON; resolve when the broker has confirmed it");
    const outcome = new Promise<void>((resolve, reject) => {`,
      },
    ],
    1: [
      importTodo(connection, `/**\n * Opens a connection to a broker.`),
      {
        file: connection,
        find: `    const { heartbeat = 10, onLost = reportLost } = options;`.slice(2),
        put: `  todo(1, "connect with a heartbeat, and listen for what ends the connection");
  const { heartbeat = 10, onLost = reportLost } = options;`,
      },
    ],
  },
  mistakes: [
    {
      name: "lets the password into the error message",
      step: 1,
      change: change(
        connection,
        `lets us in at \${address.host}`,
        `lets us in at \${url}`,
      ),
    },
    {
      name: "passes on the library's error, with its empty message",
      step: 1,
      change: change(
        connection,
        `throw new BrokerError(`,
        `throw error ?? new BrokerError(`,
      ),
    },
    {
      name: "leaves the heartbeat to the broker, so that a frozen one is noticed after minutes",
      step: 1,
      change: change(
        connection,
        `  address.searchParams.set("heartbeat", String(heartbeat));\n`,
        "",
      ),
    },
    {
      name: "throws away what else the URL says",
      step: 1,
      change: change(
        connection,
        `  address.searchParams.set("heartbeat", String(heartbeat));`,
        `  address.search = \`heartbeat=\${heartbeat}\`;`,
      ),
    },
    {
      name: "has no listener for error, so that a cut line ends the process",
      step: 1,
      change: change(connection, `  connection.on("error", () => {});\n`, ""),
    },
    {
      name: "waits for an error, which a broker that is stopped politely never sends",
      step: 1,
      change: change(
        connection,
        `  connection.on("close", (reason) => {
    if (reason) onLost(reason);
  });`,
        `  connection.on("error", onLost);`,
      ),
    },
    {
      name: "takes its own close for a loss",
      step: 1,
      change: change(
        connection,
        `    if (reason) onLost(reason);`,
        `    onLost(reason ?? new Error("closed"));`,
      ),
    },
    {
      name: "is told of the same loss twice, by error and by close",
      step: 1,
      change: change(
        connection,
        `connection.on("error", () => {});`,
        `connection.on("error", onLost);`,
      ),
    },
    {
      name: "says nothing of a loss unless somebody asks",
      step: 1,
      change: change(connection, `onLost = reportLost`, `onLost = () => {}`),
    },
    {
      name: "takes a heartbeat of 0 for one that nobody asked for",
      step: 1,
      change: change(connection, `String(heartbeat)`, `String(heartbeat || 10)`),
    },
    {
      name: "does not say which host",
      step: 1,
      change: change(connection, `lets us in at \${address.host}`, `lets us in`),
    },
    {
      name: "sends messages that a restart of the broker forgets",
      step: 2,
      change: change(publisher, `        persistent: true,\n`, ""),
    },
    {
      name: "sends no message id",
      step: 2,
      change: change(publisher, `        messageId: event.id,\n`, ""),
    },
    {
      name: "makes an exchange that a restart of the broker forgets",
      step: 2,
      change: change(publisher, `{ durable: true }`, `{ durable: false }`),
    },
    {
      name: "takes handing over to the socket for arriving",
      step: 2,
      change: change(
        publisher,
        `      this.#channel.publish(exchange, event.name, content, properties, confirmed);`,
        `      this.#channel.publish(exchange, event.name, content, properties);
      queueMicrotask(() => confirmed(null));`,
      ),
    },
    {
      name: "resolves although the line was cut before the confirmation",
      step: 2,
      change: change(publisher, `      else if (error) reject(error);\n`, ""),
    },
    {
      name: "has no listener for error on its channel",
      step: 2,
      change: change(publisher, `    channel.on("error", () => {});\n`, ""),
    },
    {
      name: "publishes the data alone, without id, name and time",
      step: 2,
      change: change(publisher, `JSON.stringify(event)`, `JSON.stringify(event.data)`),
    },
    {
      name: "throws at what JSON cannot hold, so that the events behind it are not sent",
      step: 2,
      change: change(
        publisher,
        `  publish(event: BusEvent): Promise<void> {`,
        `  publish(event: BusEvent): Promise<void> {
    JSON.stringify(event.data);`,
      ),
    },
    {
      name: "opens although the exchange is refused",
      step: 2,
      change: change(
        publisher,
        `await channel.assertExchange(`,
        `channel.assertExchange(`,
      ),
    },
    {
      name: "makes an exchange that knows no patterns",
      step: 2,
      change: change(publisher, `"topic"`, `"direct"`),
    },
    {
      name: "forgets to set mandatory: what nobody waits for is confirmed, and gone",
      step: 3,
      change: change(publisher, `        mandatory,\n`, ""),
    },
    {
      name: "believes the confirmation of what came back",
      step: 3,
      change: change(
        publisher,
        `if (this.#returned.delete(event.id)) reject(new UnroutableError(event));
      else if (error)`,
        `if (error)`,
      ),
    },
    {
      name: "never forgets what once came back",
      step: 3,
      change: change(
        publisher,
        `this.#returned.delete(event.id)`,
        `this.#returned.has(event.id)`,
      ),
    },
    {
      name: "listens anew for each event",
      step: 3,
      change: change(
        publisher,
        `    const outcome = new Promise<void>((resolve, reject) => {`,
        `    this.#channel.on("return", () => {});
    const outcome = new Promise<void>((resolve, reject) => {`,
      ),
    },
    {
      name: "is mandatory whether asked or not",
      step: 3,
      change: change(publisher, `mandatory = false`, `mandatory = true`),
    },
    {
      name: "opens the window by one too many",
      step: 4,
      change: change(
        publisher,
        `this.#onTheWay < this.#options.window`,
        `this.#onTheWay <= this.#options.window`,
      ),
    },
    {
      name: "knows no window",
      step: 4,
      change: change(publisher, `this.#onTheWay < this.#options.window`, `true`),
    },
    {
      name: "sends one at a time, whatever the window",
      step: 4,
      change: change(
        publisher,
        `this.#onTheWay < this.#options.window`,
        `this.#onTheWay < 1`,
      ),
    },
    {
      name: "frees no place when an event fails",
      step: 4,
      change: [
        { file: publisher, find: `      this.#onTheWay -= 1;\n`, put: "" },
        {
          file: publisher,
          find: `      else resolve();`,
          put: `      else {
        this.#onTheWay -= 1;
        resolve();
      }`,
        },
      ],
    },
    {
      name: "flush waits for what is sent, not for what waits for room",
      step: 4,
      change: [
        { file: publisher, find: `    this.#outcomes.add(outcome);\n`, put: "" },
        {
          file: publisher,
          find: `    this.#sendWaiting();
    return outcome;`,
          put: `    const room = this.#onTheWay < this.#options.window;
    this.#sendWaiting();
    if (room) this.#outcomes.add(outcome);
    return outcome;`,
        },
      ],
    },
    {
      name: "flush fails with the events that failed",
      step: 4,
      change: change(
        publisher,
        `Promise.allSettled(this.#outcomes)`,
        `Promise.all(this.#outcomes)`,
      ),
    },
    {
      name: "closes the channel over what is still on its way",
      step: 4,
      change: change(
        publisher,
        `this.flush().then(() => closeChannel(this.#channel))`,
        `closeChannel(this.#channel)`,
      ),
    },
    {
      name: "waits for ever for the broker to answer on a line that was cut",
      step: 4,
      change: change(publisher, `closeChannel(this.#channel)`, `this.#channel.close()`),
    },
    {
      name: "accepts any window",
      step: 4,
      change: change(publisher, windowCheck, ""),
    },
    {
      name: "has no window unless asked for one",
      step: 4,
      change: change(publisher, `window = 256`, `window = 1_000_000`),
    },
    {
      name: "looks now and then for room, so that a newcomer gets it",
      step: 4,
      change: [
        {
          file: publisher,
          find: `      this.#waiting.put({ event, resolve, reject });`,
          put: `      const letter = { event, resolve, reject };
      if (this.#onTheWay < this.#options.window) this.#send(letter);
      else this.#waiting.put(letter);`,
        },
        {
          file: publisher,
          find: `      else resolve();
      this.#sendWaiting();`,
          put: `      else resolve();
      setTimeout(() => this.#sendWaiting(), 5);`,
        },
      ],
    },
    {
      name: "flush waits for what is published later, and so perhaps for ever",
      step: 4,
      change: change(
        publisher,
        `    await Promise.allSettled(this.#outcomes);`,
        `    while (this.#outcomes.size > 0) await Promise.allSettled(this.#outcomes);`,
      ),
    },
    {
      name: "the second close of a publisher is over before the first",
      step: 4,
      change: change(
        publisher,
        `    this.#closing ??= this.flush()`,
        `    if (this.#closing) return Promise.resolve();
    this.#closing = this.flush()`,
      ),
    },
    {
      name: "takes events after close, and drops them",
      step: 4,
      change: change(
        publisher,
        `  publish(event: BusEvent): Promise<void> {`,
        `  publish(event: BusEvent): Promise<void> {
    if (this.#closing) return Promise.resolve();`,
      ),
    },
    {
      name: "acknowledges before the work",
      step: 5,
      change: change(
        consumer,
        `      await this.#work(readEvent`,
        `      this.#channel.ack(message);
      await this.#work(readEvent`,
      ),
    },
    {
      name: "acknowledges while the work goes on",
      step: 5,
      change: change(consumer, `await this.#work(readEvent`, `this.#work(readEvent`),
    },
    {
      name: "never acknowledges",
      step: 5,
      change: change(
        consumer,
        `      if (done) this.#channel.ack(message);\n      else `,
        `      if (!done) `,
      ),
    },
    {
      name: "has the broker take every delivery for done",
      step: 5,
      change: [
        {
          file: consumer,
          find: `      else this.#stopHearing(new Error(\`The queue \${queue} was deleted.\`));
    });`,
          put: `      else this.#stopHearing(new Error(\`The queue \${queue} was deleted.\`));
    }, { noAck: true });`,
        },
        {
          file: consumer,
          find: `if (done) this.#channel.ack(message);`,
          put: `if (done) return;`,
        },
      ],
    },
    {
      name: "acknowledges what the broker takes for done already",
      step: 5,
      change: change(
        consumer,
        `      else this.#stopHearing(new Error(\`The queue \${queue} was deleted.\`));
    });`,
        `      else this.#stopHearing(new Error(\`The queue \${queue} was deleted.\`));
    }, { noAck: true });`,
      ),
    },
    {
      name: "gives an event that its listeners can change",
      step: 5,
      change: change(
        consumer,
        `this.#work(readEvent(message.content), message)`,
        `this.#work({ ...readEvent(message.content) }, message)`,
      ),
    },
    {
      name: "makes a queue that dies with its worker",
      step: 5,
      change: change(
        consumer,
        `  await channel.assertQueue(queue, {
    durable: true,`,
        `  await channel.assertQueue(queue, {
    exclusive: true,`,
      ),
    },
    {
      name: "binds only the first pattern",
      step: 5,
      change: change(consumer, `of patterns) await`, `of patterns.slice(0, 1)) await`),
    },
    {
      name: "makes no dead-letter queue",
      step: 5,
      change: change(
        consumer,
        `  await channel.assertQueue(deadLetterQueue, { durable: true });\n`,
        "",
      ),
    },
    {
      name: "gives the data to the work instead of the event",
      step: 5,
      change: change(
        consumer,
        `this.#work(readEvent(message.content), message)`,
        `this.#work(JSON.parse(String(message.content)).data, message)`,
      ),
    },
    {
      name: "sets no prefetch: the broker sends all it has",
      step: 6,
      change: change(consumer, `    await channel.prefetch(prefetch);\n`, ""),
    },
    {
      name: "sets prefetch when the events are already coming",
      step: 6,
      change: change(
        consumer,
        `    await channel.prefetch(prefetch);
    await consumer.#consume();`,
        `    await consumer.#consume();
    await channel.prefetch(prefetch);`,
      ),
    },
    {
      name: "has no prefetch unless asked for one",
      step: 6,
      change: change(
        consumer,
        `    await channel.prefetch(prefetch);`,
        `    if (options.prefetch) await channel.prefetch(prefetch);`,
      ),
    },
    {
      name: "accepts any prefetch",
      step: 6,
      change: change(consumer, prefetchCheck, ""),
    },
    {
      name: "puts what failed back into the queue, where it spins",
      step: 7,
      change: change(
        consumer,
        `this.#channel.reject(message, false)`,
        `this.#channel.reject(message, true)`,
      ),
    },
    {
      name: "acknowledges what failed",
      step: 7,
      change: change(consumer, `      return false;`, `      return true;`),
    },
    {
      name: "keeps failures to itself",
      step: 7,
      change: change(consumer, `      this.#options.onError(error, message);\n`, ""),
    },
    {
      name: "lets a message that is no event end the process",
      step: 7,
      change: [
        {
          file: consumer,
          find: `    const done = await this.#attempt(message);`,
          put: `    const event = readEvent(message.content);
    const done = await this.#attempt(message);`,
        },
      ],
    },
    {
      name: "does not notice that its queue was deleted",
      step: 7,
      change: change(
        consumer,
        `      else this.#stopHearing(new Error(\`The queue \${queue} was deleted.\`));\n`,
        "",
      ),
    },
    {
      name: "does not notice that its channel is gone",
      step: 7,
      change: change(
        consumer,
        `    channel.on("close", () => this.#stopHearing(reason));\n`,
        "",
      ),
    },
    {
      name: "has no listener for error on its channel",
      step: 7,
      change: change(
        consumer,
        `    channel.on("error", (error) => {
      reason = error;
    });
`,
        "",
      ),
    },
    {
      name: "acknowledges on a channel that is gone, and falls over",
      step: 7,
      change: change(
        consumer,
        settle,
        `    if (done) this.#channel.ack(message);
    else this.#channel.reject(message, false);`,
      ),
    },
    {
      name: "takes work that it cannot acknowledge for work that failed",
      step: 7,
      change: [
        {
          file: consumer,
          find: `      return true;
    } catch`,
          put: `      this.#channel.ack(message);
      return true;
    } catch`,
        },
        {
          file: consumer,
          find: `      if (done) this.#channel.ack(message);
      else this.#channel.reject`,
          put: `      if (!done) this.#channel.reject`,
        },
      ],
    },
    {
      name: "does not say why the channel is gone",
      step: 7,
      change: change(consumer, `      reason = error;\n`, ""),
    },
    {
      name: "does not wait until the broker knows that it takes no more",
      step: 8,
      change: change(
        consumer,
        closing,
        closing.replace("await this.#channel.cancel", "void this.#channel.cancel"),
      ),
    },
    {
      name: "waits for what was in hand before it cancelled, and not for what came meanwhile",
      step: 8,
      change: change(
        consumer,
        closing,
        `    const inHand = [...this.#inHand];\n${closing.replace("all(this.#inHand)", "all(inHand)")}`,
      ),
    },
    {
      name: "the second close of a consumer is over before the first",
      step: 8,
      change: change(
        consumer,
        `    this.#closing ??= this.#close();`,
        `    if (this.#closing) return Promise.resolve();
    this.#closing = this.#close();`,
      ),
    },
    {
      name: "waits for some time instead of for the work",
      step: 8,
      change: change(
        consumer,
        `    await Promise.all(this.#inHand);`,
        `    await new Promise((resolve) => setTimeout(resolve, 300));`,
      ),
    },
    {
      name: "closes over the work in hand",
      step: 8,
      change: change(consumer, finish, ""),
    },
    {
      name: "goes on taking events while it finishes the last",
      step: 8,
      change: change(consumer, cancel, ""),
    },
    {
      name: "leaves the channel open",
      step: 8,
      change: change(consumer, `    await closeChannel(this.#channel);\n`, ""),
    },
    {
      name: "falls over when it is closed after the line was cut",
      step: 8,
      change: change(consumer, closing, closing.replace(".catch(() => {})", "")),
    },
    {
      name: "takes its own close for a loss",
      step: 8,
      change: change(
        consumer,
        `if (this.#closing || this.#lost) return;`,
        `if (this.#lost) return;`,
      ),
    },
    {
      name: "tells of the queue, and then of the channel, as if two things were lost",
      step: 7,
      change: [
        {
          file: consumer,
          find: `    if (this.#closing || this.#lost) return;
    this.#lost = true;
`,
          put: `    if (this.#closing) return;
`,
        },
      ],
    },
  ],
});

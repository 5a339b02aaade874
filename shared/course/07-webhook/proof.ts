import { proof } from "../proof.ts";

const signatures = "signatures.ts";
const order = "order-event.ts";
const store = "delivery-store.ts";
const server = "webhook-server.ts";

export default proof({
  steps: {
    8: [
      {
        file: server,
        find: `  const times = {
    headersTimeout: limits.headersTime,
    requestTimeout: limits.requestTime,
    connectionsCheckingInterval: limits.lookEvery,
  };
  const server = createServer(times, createApp(options, limits));
  server.maxConnections = limits.connections;
  server.on("clientError", refuse);
`,
        put: `  if (options.limits) todo(8, "set the limits, and answer clientError");
  const server = createServer(createApp(options, limits));
`,
      },
      {
        file: server,
        find: `  const app = express().disable("x-powered-by");
`,
        put: `  const app = express().disable("x-powered-by");
  if (options.onError) todo(8, "refuse other types, methods and paths; answer every error");
`,
      },
      {
        file: server,
        find: `  app.all(path, () => {
    throw new Problem(405, "Deliveries are sent with POST.");
  });
  app.use(() => {
    throw new Problem(404, \`Deliveries go to \${path}.\`);
  });
  app.use(answerProblems(options));
`,
        put: "",
      },
      { file: server, find: `  demandType(request, provider.contentType);\n`, put: "" },
      {
        file: server,
        find: `await store.add(event).catch((cause) => {
    throw new Problem(503, "The delivery could not be stored. Send it again.", { cause });
  });`,
        put: `await store.add(event);`,
      },
      {
        file: server,
        find: `import type { OrderEvents } from`,
        put: `import { todo } from "#todo";
import type { OrderEvents } from`,
      },
    ],
    7: [
      {
        file: server,
        find: `  for (const event of store.waiting) bus.deliver(event);\n`,
        put: `  if (store.waiting.length > 0) todo(7, "deliver what the store still has");\n`,
      },
      {
        file: server,
        find: `  app.post(
    path,
    // The bytes as they are, whatever they are said to be.
    express.raw({ type: () => true, limit: limits.bodySize, inflate: false }),
    (request, response) => receive(request, response, options),
  );
  return app;`,
        put: `  return todo(7, "take POST requests: verify, read, store, answer, hand on");`,
      },
    ],
    6: [
      {
        file: store,
        find: `    const store = new DeliveryStore(path, options);
    if (existsSync(path)) {
      for await (const { events } of readEvents(path)) {
        for (const event of events) store.#recall(event);
      }
    }
    return store;`,
        put: `    return todo(6, "make a store, and let it read what its file holds");`,
      },
      {
        file: store,
        find: `import type { OrderEvent } from`,
        put: `import { todo } from "#todo";
import type { OrderEvent } from`,
      },
    ],
    5: [
      {
        file: order,
        find: `    const known = this.#statuses.get(orderId);
    if (known && statuses.indexOf(known) >= statuses.indexOf(status)) return false;
    this.#statuses.set(orderId, status);
    return true;`,
        put: `    return todo(5, "keep the status, unless one that is as late or later is known");`,
      },
      {
        file: order,
        find: `    return this.#statuses.get(orderId);`,
        put: `    return todo(5, "return the latest status of this order");`,
      },
      {
        file: order,
        find: `import { Problem } from`,
        put: `import { todo } from "#todo";
import { Problem } from`,
      },
    ],
    4: [
      {
        file: order,
        find: `  const value = parse(payload);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem(422, "The body must be a JSON object.");
  }
  const { order_id: orderId, status } = value as Record<string, unknown>;
  // A larger number would have been rounded: it would be the number of another order.
  if (!Number.isSafeInteger(orderId) || (orderId as number) < 1) {
    throw new Problem(
      422,
      \`order_id must be a whole number from 1 to \${Number.MAX_SAFE_INTEGER}.\`,
    );
  }
  if (!isStatus(status)) {
    throw new Problem(422, \`status must be one of \${statuses.join(", ")}.\`);
  }
  return { orderId: orderId as number, status };`,
        put: `  return todo(4, "parse the bytes, look at each field, return what you have looked at");`,
      },
      {
        file: order,
        find: `  return Object.freeze({ id, name: \`order.\${news.status}\`, data: news, timestamp });`,
        put: `  return todo(4, "return the event, frozen");`,
      },
    ],
    3: [
      {
        file: signatures,
        find: `  demandSecret(privateKey);
  const { hash = "sha1" } = options;
  return {
    contentType: "application/x-www-form-urlencoded",
    verify({ body }) {
      const form = new URLSearchParams(body.toString("utf8"));
      const data = form.get("data") ?? "";
      const expected = createHash(hash)
        .update(privateKey + data + privateKey)
        .digest("base64");
      if (!isSame(form.get("signature") ?? "", expected)) {
        throw new SignatureError("The field signature does not fit the field data.");
      }
      const payload = Buffer.from(data, "base64");
      return { id: fingerprint(payload), payload };
    },
  };`,
        put: `  return todo(3, "compare the field signature with the hash of key, data and key");`,
      },
      {
        file: signatures,
        find: `import { Problem } from`,
        put: `import { todo } from "#todo";
import { Problem } from`,
      },
    ],
    2: [
      {
        file: signatures,
        find: `  demandSecret(secret);
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const fields`,
        put: `  todo(2, "look at the time, then compare every v1 with your own");
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const fields`,
      },
      {
        file: signatures,
        find: `  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  demandSecret(key);`,
        put: `  const key = todo(2, "look at the time, then compare every signature with your own");`,
      },
      {
        file: signatures,
        find: `  if (secret.length === 0)
    throw`,
        put: `  if (typeof secret !== "string") todo(2, "refuse a key without a single byte, too");
  if (secret.length === 0)
    throw`,
      },
    ],
    1: [
      {
        file: signatures,
        find: `      if (!isSame(signature, \`sha256=\${hmac(secret, body).toString("hex")}\`)) {
        throw new SignatureError("X-Hub-Signature-256 is missing or does not fit.");
      }`,
        put: `      todo(1, "compare the header with the HMAC of the body");`,
      },
      {
        file: signatures,
        find: `  if (secret.length === 0)
    throw new TypeError("The secret is empty: anybody could sign.");`,
        put: `  todo(1, "refuse a secret without a single sign");`,
      },
    ],
  },
  mistakes: [
    {
      name: "forgets to compare the lengths, so that a short signature is a crash",
      step: 1,
      change: [
        {
          file: signatures,
          find: `return one.length === other.length && timingSafeEqual(one, other);`,
          put: `return timingSafeEqual(one, other);`,
        },
      ],
    },
    {
      name: "compares with ===, which tells by its time how much was right",
      step: 1,
      change: [
        {
          file: signatures,
          find: `return one.length === other.length && timingSafeEqual(one, other);`,
          put: `return one.equals(other);`,
        },
      ],
    },
    {
      name: "is content with as many signs as were sent",
      step: 1,
      change: [
        {
          file: signatures,
          find: `const [one, other] = [Buffer.from(given), Buffer.from(expected)];`,
          put: `const [one, other] = [Buffer.from(given), Buffer.from(expected.slice(0, given.length))];`,
        },
      ],
    },
    {
      name: "signs the body as text, so that other bytes fit too",
      step: 1,
      change: [
        {
          file: signatures,
          find: `\`sha256=\${hmac(secret, body).toString("hex")}\``,
          put: `\`sha256=\${hmac(secret, body.toString()).toString("hex")}\``,
        },
      ],
    },
    {
      name: "believes who sends no signature",
      step: 1,
      change: [
        {
          file: signatures,
          find: `if (!isSame(signature, \`sha256=`,
          put: `if (signature !== "" && !isSame(signature, \`sha256=`,
        },
      ],
    },
    {
      name: "gives every delivery without an id the same one",
      step: 1,
      change: [
        {
          file: signatures,
          find: `headerOf(headers, "x-github-delivery") || fingerprint(body)`,
          put: `headerOf(headers, "x-github-delivery")`,
        },
      ],
    },
    {
      name: "accepts an empty secret",
      step: 1,
      change: [
        {
          file: signatures,
          find: `if (secret.length === 0)`,
          put: `if (secret === undefined)`,
        },
      ],
    },
    {
      name: "asks for the lengths of the texts, not of the bytes",
      step: 1,
      change: [
        {
          file: signatures,
          find: `return one.length === other.length && timingSafeEqual(one, other);`,
          put: `return given.length === expected.length && timingSafeEqual(one, other);`,
        },
      ],
    },
    {
      name: "reads GitHub's signature out of hex, whatever stands around it",
      step: 1,
      change: [
        {
          file: signatures,
          find: `if (!isSame(signature, \`sha256=\${hmac(secret, body).toString("hex")}\`)) {`,
          put: `const given = Buffer.from(signature.replace("sha256=", ""), "hex");
      const expected = hmac(secret, body);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {`,
        },
      ],
    },
    {
      name: "looks at the first v1 only",
      step: 2,
      change: [
        {
          file: signatures,
          find: `!valuesOf("v1").some((`,
          put: `!valuesOf("v1").slice(0, 1).some((`,
        },
      ],
    },
    {
      name: "wants every v1 to fit",
      step: 2,
      change: [
        {
          file: signatures,
          find: `!valuesOf("v1").some((signature) => isSame(signature, expected))`,
          put: `!valuesOf("v1").every((signature) => isSame(signature, expected))`,
        },
      ],
    },
    {
      name: "accepts a delivery from the future",
      step: 2,
      change: [
        {
          file: signatures,
          find: `Math.abs(clock() / 1_000 - Number(time))`,
          put: `clock() / 1_000 - Number(time)`,
        },
      ],
    },
    {
      name: "accepts a delivery from the past",
      step: 2,
      change: [
        {
          file: signatures,
          find: `Math.abs(clock() / 1_000 - Number(time))`,
          put: `Number(time) - clock() / 1_000`,
        },
      ],
    },
    {
      name: "takes milliseconds for seconds",
      step: 2,
      change: [
        {
          file: signatures,
          find: `clock() / 1_000 - Number(time)`,
          put: `clock() - Number(time)`,
        },
      ],
    },
    {
      name: "does not sign the time",
      step: 2,
      change: [
        {
          file: signatures,
          find: `hmac(secret, \`\${time}.\`, body)`,
          put: `hmac(secret, body)`,
        },
      ],
    },
    {
      name: "takes Stripe's time for a part of the id",
      step: 2,
      change: [
        {
          file: signatures,
          find: `      return { id: fingerprint(body), payload: body };`,
          put: `      return { id: \`\${time} \${fingerprint(body)}\`, payload: body };`,
        },
      ],
    },
    {
      name: "uses the secret of Standard Webhooks as it stands there",
      step: 2,
      change: [
        {
          file: signatures,
          find: `const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");`,
          put: `const key = Buffer.from(secret.replace(/^whsec_/, ""));`,
        },
      ],
    },
    {
      name: "does not sign the id of Standard Webhooks",
      step: 2,
      change: [
        {
          file: signatures,
          find: `\`\${id}.\${time}.\`, body`,
          put: `\`\${standardId}.\${time}.\`, body`,
        },
        {
          file: signatures,
          find: `/** What LiqPay can be told. */`,
          put: `const standardId = "msg_p5jXN8AQM9LWM0D4loKWxJek";

/** What LiqPay can be told. */`,
        },
      ],
    },
    {
      name: "looks at the time of Stripe only",
      step: 2,
      change: [
        {
          file: signatures,
          find: `      const time = headerOf(headers, "webhook-timestamp");
      demandNow(time, options);`,
          put: `      const time = headerOf(headers, "webhook-timestamp");`,
        },
      ],
    },
    {
      name: "signs Stripe's body as text",
      step: 2,
      change: [
        {
          file: signatures,
          find: `hmac(secret, \`\${time}.\`, body)`,
          put: `hmac(secret, \`\${time}.\${body}\`)`,
        },
      ],
    },
    {
      name: "signs the body of Standard Webhooks as text",
      step: 2,
      change: [
        {
          file: signatures,
          find: `hmac(key, \`\${id}.\${time}.\`, body)`,
          put: `hmac(key, \`\${id}.\${time}.\${body}\`)`,
        },
      ],
    },
    {
      name: "believes a signature of any version",
      step: 2,
      change: [
        {
          file: signatures,
          find: `      const expected = \`v1,\${hmac(key, \`\${id}.\${time}.\`, body).toString("base64")}\`;
      const signatures = headerOf(headers, "webhook-signature").split(" ");`,
          put: `      const expected = hmac(key, \`\${id}.\${time}.\`, body).toString("base64");
      const signatures = headerOf(headers, "webhook-signature")
        .split(" ")
        .map((signature) => signature.split(",")[1] ?? "");`,
        },
      ],
    },
    {
      name: "takes a tolerance of 0 for none",
      step: 2,
      change: [
        {
          file: signatures,
          find: `  const { tolerance = 300, clock = Date.now } = options;`,
          put: `  const { clock = Date.now } = options;
  const tolerance = options.tolerance || 300;`,
        },
      ],
    },
    {
      name: "refuses a time just as far away as it may be",
      step: 2,
      change: [{ file: signatures, find: `away > tolerance`, put: `away >= tolerance` }],
    },
    {
      name: "reads the digits of a time and leaves the rest",
      step: 2,
      change: [
        { file: signatures, find: `Number(time));`, put: `Number.parseInt(time, 10));` },
        {
          file: signatures,
          find: `!/^\\d+$/.test(time) || away > tolerance`,
          put: `!(away <= tolerance)`,
        },
      ],
    },
    {
      name: "compares NaN with the tolerance",
      step: 2,
      change: [
        {
          file: signatures,
          find: `!/^\\d+$/.test(time) || away > tolerance`,
          put: `away > tolerance`,
        },
      ],
    },
    {
      name: "takes Stripe's id from a body that has none",
      step: 2,
      change: [
        {
          file: signatures,
          find: `      return { id: fingerprint(body), payload: body };`,
          put: `      return { id: JSON.parse(body.toString()).id, payload: body };`,
        },
      ],
    },
    {
      name: "sees no empty key in a Buffer without bytes",
      step: 2,
      change: [
        { file: signatures, find: `if (secret.length === 0)`, put: `if (!secret)` },
      ],
    },
    {
      name: "knows sha1 only",
      step: 3,
      change: [{ file: signatures, find: `createHash(hash)`, put: `createHash("sha1")` }],
    },
    {
      name: "puts the key at one end only",
      step: 3,
      change: [
        {
          file: signatures,
          find: `privateKey + data + privateKey`,
          put: `privateKey + data`,
        },
      ],
    },
    {
      name: "hands on LiqPay's form instead of its data",
      step: 3,
      change: [
        {
          file: signatures,
          find: `const payload = Buffer.from(data, "base64");`,
          put: `const payload = body;`,
        },
      ],
    },
    {
      name: "accepts an empty LiqPay key",
      step: 3,
      change: [
        {
          file: signatures,
          find: `  demandSecret(privateKey);
`,
          put: ``,
        },
      ],
    },
    {
      name: "says that LiqPay sends JSON",
      step: 3,
      change: [
        {
          file: signatures,
          find: `contentType: "application/x-www-form-urlencoded"`,
          put: `contentType: "application/json"`,
        },
      ],
    },
    {
      name: "makes LiqPay's id of the form, not of its data",
      step: 3,
      change: [
        {
          file: signatures,
          find: `{ id: fingerprint(payload), payload }`,
          put: `{ id: fingerprint(body), payload }`,
        },
      ],
    },
    {
      name: "reads bytes that are no UTF-8 as question marks",
      step: 4,
      change: [{ file: order, find: `{ fatal: true }`, put: `{ fatal: false }` }],
    },
    {
      name: "lets a SyntaxError out",
      step: 4,
      change: [
        {
          file: order,
          find: `    throw new Problem(400, "The body is no JSON in UTF-8.", { cause });`,
          put: `    throw cause;`,
        },
      ],
    },
    {
      name: "accepts order numbers that were rounded",
      step: 4,
      change: [
        {
          file: order,
          find: `!Number.isSafeInteger(orderId)`,
          put: `!Number.isInteger(orderId)`,
        },
      ],
    },
    {
      name: "accepts order numbers that are texts",
      step: 4,
      change: [
        {
          file: order,
          find: `!Number.isSafeInteger(orderId) ||`,
          put: `!Number.isSafeInteger(Number(orderId)) ||`,
        },
      ],
    },
    {
      name: "accepts negative order numbers",
      step: 4,
      change: [{ file: order, find: ` || (orderId as number) < 1`, put: `` }],
    },
    {
      name: "accepts any status",
      step: 4,
      change: [
        {
          file: order,
          find: `return statuses.some((status) => status === value);`,
          put: `return typeof value === "string";`,
        },
      ],
    },
    {
      name: "falls over null",
      step: 4,
      change: [
        {
          file: order,
          find: `typeof value !== "object" || value === null ||`,
          put: `typeof value !== "object" ||`,
        },
      ],
    },
    {
      name: "hands on whatever else was sent",
      step: 4,
      change: [
        {
          file: order,
          find: `return { orderId: orderId as number, status };`,
          put: `return { ...value, orderId: orderId as number, status };`,
        },
      ],
    },
    {
      name: "shows the sender what was wrong, however deep",
      step: 4,
      change: [
        {
          file: order,
          find: `must be a whole number from 1 to \${Number.MAX_SAFE_INTEGER}.\``,
          put: `must be a whole number from 1 to \${Number.MAX_SAFE_INTEGER}, not \${JSON.stringify(orderId)}.\``,
        },
      ],
    },
    {
      name: "makes events that can be changed",
      step: 4,
      change: [
        {
          file: order,
          find: `return Object.freeze({ id, name: \`order.\${news.status}\`, data: news, timestamp });`,
          put: `return { id, name: \`order.\${news.status}\`, data: news, timestamp };`,
        },
      ],
    },
    {
      name: "puts the status into its sentence",
      step: 4,
      change: [
        {
          file: order,
          find: `\`status must be one of \${statuses.join(", ")}.\``,
          put: `\`status must be one of \${statuses.join(", ")}, not \${status}.\``,
        },
      ],
    },
    {
      name: "puts the status into its sentence as JSON",
      step: 4,
      change: [
        {
          file: order,
          find: `\`status must be one of \${statuses.join(", ")}.\``,
          put: `\`status must be one of \${statuses.join(", ")}, not \${JSON.stringify(status)}.\``,
        },
      ],
    },
    {
      name: "puts the whole order into its sentence",
      step: 4,
      change: [
        {
          file: order,
          find: `\`status must be one of \${statuses.join(", ")}.\``,
          put: `\`No status: \${JSON.stringify(value)}.\``,
        },
      ],
    },
    {
      name: "believes whatever came last",
      step: 5,
      change: [
        {
          file: order,
          find: `    if (known && statuses.indexOf(known) >= statuses.indexOf(status)) return false;
`,
          put: ``,
        },
        {
          file: order,
          find: `    const known = this.#statuses.get(orderId);
`,
          put: ``,
        },
      ],
    },
    {
      name: "takes the same status for news",
      step: 5,
      change: [
        {
          file: order,
          find: `statuses.indexOf(known) >= statuses.indexOf(status)`,
          put: `statuses.indexOf(known) > statuses.indexOf(status)`,
        },
      ],
    },
    {
      name: "compares statuses by the alphabet",
      step: 5,
      change: [
        {
          file: order,
          find: `statuses.indexOf(known) >= statuses.indexOf(status)`,
          put: `known >= status`,
        },
      ],
    },
    {
      name: "keeps one status for all orders",
      step: 5,
      change: [
        {
          file: order,
          find: `this.#statuses.set(orderId, status);`,
          put: `this.#statuses.clear();
    this.#statuses.set(orderId, status);`,
        },
      ],
    },
    {
      name: "takes the first status for none, since its place is 0",
      step: 5,
      change: [
        {
          file: order,
          find: `    const known = this.#statuses.get(orderId);
    if (known && statuses.indexOf(known) >= statuses.indexOf(status)) return false;`,
          put: `    const known = this.#statuses.get(orderId);
    const place = known && statuses.indexOf(known);
    if (place && place >= statuses.indexOf(status)) return false;`,
        },
      ],
    },
    {
      name: "says that it is stored before it is",
      step: 6,
      change: [
        {
          file: store,
          find: `    try {
      await stored;
    } catch (error) {`,
          put: `    try {
      stored.catch(() => {});
    } catch (error) {`,
        },
      ],
    },
    {
      name: "does not wait for the disk itself",
      step: 6,
      change: [{ file: store, find: `fsync: true`, put: `fsync: false` }],
    },
    {
      name: "says of the second that it is known before the first is stored",
      step: 6,
      change: [
        {
          file: store,
          find: `      await known;
`,
          put: ``,
        },
      ],
    },
    {
      name: "writes one after the other",
      step: 6,
      change: [
        {
          file: store,
          find: `    const stored = this.#write(event);`,
          put: `    const before = this.#last;
    const stored = before.then(() => this.#write(event));
    this.#last = stored.catch(() => {});`,
        },
        {
          file: store,
          find: `  readonly #waiting = new`,
          put: `  #last: Promise<void> = Promise.resolve();
  readonly #waiting = new`,
        },
      ],
    },
    {
      name: "knows an id that it could not store",
      step: 6,
      change: [
        {
          file: store,
          find: `      this.#known.delete(event.id);
`,
          put: ``,
        },
      ],
    },
    {
      name: "counts what it could not store among what waits",
      step: 6,
      change: [
        {
          file: store,
          find: `    const stored = this.#write(event);`,
          put: `    this.#waiting.set(event.id, event);
    const stored = this.#write(event);`,
        },
      ],
    },
    {
      name: "never recovers from a full disk",
      step: 6,
      change: [
        {
          file: store,
          find: `      if (this.#log === log) {`,
          put: `      if (log === undefined) {`,
        },
      ],
    },
    {
      name: "forgets at a restart what was handled",
      step: 6,
      change: [
        {
          file: store,
          find: `    await this.#write(createEvent(HANDLED, { ids }));`,
          put: ``,
        },
      ],
    },
    {
      name: "forgets at a restart which ids it knows",
      step: 6,
      change: [
        {
          file: store,
          find: `      this.#known.set(event.id, Promise.resolve());
`,
          put: ``,
        },
      ],
    },
    {
      name: "starts anew at a restart",
      step: 6,
      change: [
        { file: store, find: `if (existsSync(path)) {`, put: `if (path === "") {` },
      ],
    },
    {
      name: "hands on old news as if it were history",
      step: 6,
      change: [
        {
          file: store,
          find: `this.#waiting.set(event.id, Object.freeze(news) as OrderEvent);`,
          put: `this.#waiting.set(event.id, event as OrderEvent);`,
        },
      ],
    },
    {
      name: "says of the second that it is known when the first failed",
      step: 6,
      change: [
        {
          file: store,
          find: `      await known;
`,
          put: `      await known.catch(() => {});
`,
        },
      ],
    },
    {
      name: "does not wait for the disk to have the note",
      step: 6,
      change: [
        {
          file: store,
          find: `    return this.#noting;
`,
          put: `    this.#noting.catch(() => {});
    return Promise.resolve();
`,
        },
      ],
    },
    {
      name: "keeps to itself that a note could not be written",
      step: 6,
      change: [
        {
          file: store,
          find: `    return this.#noting;
`,
          put: `    return this.#noting.catch(() => {});
`,
        },
      ],
    },
    {
      name: "drops the last delivery for one that does not wait",
      step: 6,
      change: [
        {
          file: store,
          find: `    this.#waiting.delete(id);
    this.#handled.push(id);`,
          put: `    const keys = [...this.#waiting.keys()];
    this.#waiting.delete(keys.splice(keys.indexOf(id), 1)[0] ?? "");
    this.#handled.push(id);`,
        },
      ],
    },
    {
      name: "forgets the id of what has been handled",
      step: 6,
      change: [
        {
          file: store,
          find: `    this.#waiting.delete(id);
    this.#handled.push(id);`,
          put: `    this.#waiting.delete(id);
    this.#known.delete(id);
    this.#handled.push(id);`,
        },
      ],
    },
    {
      name: "answers when the worker has finished",
      step: 7,
      change: [
        {
          file: server,
          find: `  response.status(isNews ? 202 : 200).end();
  if (isNews) bus.deliver(event);`,
          put: `  if (isNews) {
    bus.deliver(event);
    await (bus as unknown as { flush(): Promise<void> }).flush();
  }
  response.status(isNews ? 202 : 200).end();`,
        },
      ],
    },
    {
      name: "answers before it has stored",
      step: 7,
      change: [
        {
          file: server,
          find: `  const isNews = await store.add(event)`,
          put: `  response.status(202);
  response.flushHeaders();
  const isNews = await store.add(event)`,
        },
      ],
    },
    {
      name: "emits before it has stored",
      step: 7,
      change: [
        {
          file: server,
          find: `  const isNews = await store.add(event)`,
          put: `  bus.deliver(event);
  const isNews = await store.add(event)`,
        },
        { file: server, find: `  if (isNews) bus.deliver(event);`, put: `` },
      ],
    },
    {
      name: "emits a new event instead of the one that was stored",
      step: 7,
      change: [
        {
          file: server,
          find: `if (isNews) bus.deliver(event);`,
          put: `if (isNews) bus.emit(event.name, event.data);`,
        },
      ],
    },
    {
      name: "verifies what JSON means, not the bytes",
      step: 7,
      change: [
        {
          file: server,
          find: `const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);`,
          put: `const body = Buffer.from(JSON.stringify(JSON.parse(String(request.body))));`,
        },
      ],
    },
    {
      name: "makes an event of every redelivery",
      step: 7,
      change: [
        {
          file: server,
          find: `if (isNews) bus.deliver(event);`,
          put: `bus.deliver(event);`,
        },
      ],
    },
    {
      name: "answers a redelivery like news",
      step: 7,
      change: [{ file: server, find: `isNews ? 202 : 200`, put: `202` }],
    },
    {
      name: "leaves what a restart interrupted",
      step: 7,
      change: [
        {
          file: server,
          find: `  for (const event of store.waiting) bus.deliver(event);
`,
          put: ``,
        },
      ],
    },
    {
      name: "takes up only new orders after a restart",
      step: 7,
      change: [
        {
          file: server,
          find: `for (const event of store.waiting) bus.deliver(event);`,
          put: `for (const event of store.waiting) {
    if (event.name === "order.created") bus.deliver(event);
  }`,
        },
      ],
    },
    {
      name: "reads the order before it knows who sent it",
      step: 8,
      change: [
        {
          file: server,
          find: `  const { id, payload } = provider.verify({ headers: request.headers, body });
  const event = toEvent(id, readOrder(payload), clock());`,
          put: `  const news = readOrder(body);
  const { id } = provider.verify({ headers: request.headers, body });
  const event = toEvent(id, news, clock());`,
        },
      ],
    },
    {
      name: "takes any type of body",
      step: 8,
      change: [
        {
          file: server,
          find: `  demandType(request, provider.contentType);
`,
          put: ``,
        },
      ],
    },
    {
      name: "takes JSON only, whoever the provider is",
      step: 8,
      change: [
        {
          file: server,
          find: `demandType(request, provider.contentType);`,
          put: `demandType(request, "application/json");`,
        },
      ],
    },
    {
      name: "compares the whole content type, parameters and all",
      step: 8,
      change: [
        {
          file: server,
          find: `  const [type = ""] = (headers["content-type"] ?? "").split(";");`,
          put: `  const type = headers["content-type"] ?? "";`,
        },
      ],
    },
    {
      name: "unpacks compressed bodies",
      step: 8,
      change: [{ file: server, find: `inflate: false`, put: `inflate: true` }],
    },
    {
      name: "answers with Express's own page",
      step: 8,
      change: [
        {
          file: server,
          find: `  app.use(answerProblems(options));
`,
          put: ``,
        },
      ],
    },
    {
      name: "leaves other methods to Express",
      step: 8,
      change: [
        {
          file: server,
          find: `  app.all(path, () => {
    throw new Problem(405, "Deliveries are sent with POST.");
  });
`,
          put: ``,
        },
      ],
    },
    {
      name: "leaves other addresses to Express",
      step: 8,
      change: [
        {
          file: server,
          find: `  app.use(() => {
    throw new Problem(404, \`Deliveries go to \${path}.\`);
  });
`,
          put: ``,
        },
      ],
    },
    {
      name: "calls a full disk a failure without a way back",
      step: 8,
      change: [
        {
          file: server,
          find: `await store.add(event).catch((cause) => {
    throw new Problem(503, "The delivery could not be stored. Send it again.", { cause });
  });`,
          put: `await store.add(event);`,
        },
      ],
    },
    {
      name: "tells nobody of its own failures",
      step: 8,
      change: [
        {
          file: server,
          find: `    if (problem.status >= 500) onError?.(problem.cause);
`,
          put: ``,
        },
      ],
    },
    {
      name: "takes bodies of any size",
      step: 8,
      change: [{ file: server, find: `limit: limits.bodySize`, put: `limit: Infinity` }],
    },
    {
      name: "keeps to Node's time limits, which are minutes",
      step: 8,
      change: [
        {
          file: server,
          find: `createServer(times, createApp`,
          put: `createServer(createApp`,
        },
      ],
    },
    {
      name: "looks at the time limits twice a minute",
      step: 8,
      change: [
        {
          file: server,
          find: `    connectionsCheckingInterval: limits.lookEvery,
`,
          put: ``,
        },
      ],
    },
    {
      name: "cuts slow clients off without a word",
      step: 8,
      change: [
        {
          file: server,
          find: `  server.on("clientError", refuse);`,
          put: `  server.on("clientError", (_error, socket) => socket.destroy());`,
        },
      ],
    },
    {
      name: "takes any number of connections",
      step: 8,
      change: [
        {
          file: server,
          find: `  server.maxConnections = limits.connections;
`,
          put: ``,
        },
      ],
    },
    {
      name: "calls every broken request malformed",
      step: 8,
      change: [
        {
          file: server,
          find: `error.code === "ERR_HTTP_REQUEST_TIMEOUT"`,
          put: `error.code === "TOO_SLOW"`,
        },
      ],
    },
    {
      name: "looks at the signature before the content type",
      step: 8,
      change: [
        {
          file: server,
          find: `  demandType(request, provider.contentType);
`,
          put: ``,
        },
        {
          file: server,
          find: `  const event = toEvent(id, readOrder`,
          put: `  demandType(request, provider.contentType);
  const event = toEvent(id, readOrder`,
        },
      ],
    },
    {
      name: "lets Express judge the content type, which it does not without a body",
      step: 8,
      change: [
        {
          file: server,
          find: `  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== wanted) {`,
          put: `  if (!request.is(wanted)) {`,
        },
        {
          file: server,
          find: `function demandType({ headers }: Request,`,
          put: `function demandType(request: Request,`,
        },
      ],
    },
    {
      name: "compares the beginning of the content type, capitals and all",
      step: 8,
      change: [
        {
          file: server,
          find: `if (type.trim().toLowerCase() !== wanted) {`,
          put: `if (!type.startsWith(wanted)) {`,
        },
      ],
    },
    {
      name: "says good-bye and keeps the connection of who does not hang up",
      step: 8,
      change: [
        {
          file: server,
          find: `socket.end(rawProblem(problem), () => socket.destroy());`,
          put: `socket.end(rawProblem(problem));`,
        },
      ],
    },
    {
      name: "takes half a second for a time",
      step: 2,
      change: [
        {
          file: signatures,
          find: `if (!/^\\d+$/.test(time) || away > tolerance) {`,
          put: `if (!(time !== "" && away <= tolerance)) {`,
        },
      ],
    },
    {
      name: "looks at its own clock, not at the one it was given",
      step: 7,
      change: [
        {
          file: server,
          find: `const event = toEvent(id, readOrder(payload), clock());`,
          put: `const event = toEvent(id, readOrder(payload), Date.now());`,
        },
      ],
    },
    {
      name: "hands the event on before it answers",
      step: 7,
      change: [
        {
          file: server,
          find: `  response.status(isNews ? 202 : 200).end();
  if (isNews) bus.deliver(event);`,
          put: `  if (isNews) bus.deliver(event);
  response.status(isNews ? 202 : 200).end();`,
        },
      ],
    },
    {
      name: "takes what is sent to an address below its own",
      step: 8,
      change: [
        {
          file: server,
          find: `  app.post(
    path,`,
          put: `  app.use(
    path,`,
        },
      ],
    },
    {
      name: "has no limit of its own for headers",
      step: 8,
      change: [
        { file: server, find: `    headersTimeout: limits.headersTime,\n`, put: "" },
      ],
    },
  ],
});

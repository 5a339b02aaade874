/** A server that registers users, and tells so. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import kleur from "kleur";
import { createEvent } from "#bus/contract";
import { type EventPublisher, UnroutableError } from "#bus/rabbit-contract";
import { runPart, say } from "../part.ts";
import type { Registration } from "../registration.ts";

const port = Number(process.env.PORT || 3006);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT must be from 0 to 65535; got ${process.env.PORT}.`);
  process.exit(1);
}
/** Only this machine can reach it, unless HOST says otherwise, as in a container. */
const host = process.env.HOST || "127.0.0.1";
const bodyLimit = 10_000;

const page = (
  note = "",
) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Register</title>
<h1>Register</h1>
${note}<form method="post" action="/users">
<p><label>Name <input name="name" required></label>
<p><label>Email <input name="email" required></label>
<p><button>Register</button></form></html>\n`;

await runPart("producer", async (broker) => {
  const publisher = await broker.openPublisher({
    exchange: "shop.events",
    mandatory: true,
  });
  const server = createServer((request, response) => {
    answer(request, response, publisher).catch((error: Error) => {
      say(kleur.red(error.message));
      if (!response.headersSent)
        reply(response, 500, { error: "The shop has a problem." });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const here = { "0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]" }[host] ?? host;
  say(`Register somebody at http://${here}:${port}`);
  return async () => {
    server.close();
    server.closeIdleConnections();
    await publisher.close();
  };
});

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  publisher: EventPublisher,
): Promise<void> {
  if (request.method === "GET" && request.url === "/") {
    show(response, 200, page());
  } else if (request.method === "POST" && request.url === "/users") {
    const contentType = request.headers["content-type"];
    const user = readUser(await bodyOf(request), contentType);
    if (user) await register(user, publisher);
    if (!user) reply(response, 422, { error: "A user needs a name and an email." });
    else if (isForm(contentType))
      show(response, 201, page("<p>Registered. Who is next?\n"));
    else reply(response, 201, user);
  } else {
    reply(response, 404, { error: "Nothing is here. Try POST /users." });
  }
}

/** Resolves when the broker has the event: from then on, a crash of this process loses nothing. */
async function register(user: Registration, publisher: EventPublisher): Promise<void> {
  const event = createEvent("user.registered", user);
  try {
    await publisher.publish(event);
    say(`${kleur.yellow(event.name)}  ${user.name}, ${user.email}`);
  } catch (error) {
    if (!(error instanceof UnroutableError)) throw error;
    say(kleur.yellow(`${error.message} Start a worker: npm run lesson 6 email-worker`));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk;
    if (body.length > bodyLimit) throw new Error("A request was too large.");
  }
  return body;
}

function readUser(body: string, contentType = ""): Registration | undefined {
  const fields = contentType.startsWith("application/json")
    ? fromJson(body)
    : Object.fromEntries(new URLSearchParams(body));
  const { name, email } = fields;
  if (typeof name !== "string" || typeof email !== "string") return undefined;
  return { userId: randomUUID(), name, email };
}

function isForm(contentType = ""): boolean {
  return contentType.startsWith("application/x-www-form-urlencoded");
}

function fromJson(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function show(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" }).end(html);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { "Content-Type": "application/json" })
    .end(`${JSON.stringify(body)}\n`);
}

/** The ways in which a first webhook listener goes wrong, each shown going wrong. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";

const secret = "tea and honey";
const body = Buffer.from('{"order_id": 777, "status": "created"}');

function hmac(bytes: Buffer | string): string {
  return createHmac("sha256", secret).update(bytes).digest("hex");
}

function attempt(action: () => unknown): string {
  try {
    return String(action());
  } catch (error) {
    return (error as Error).message;
  }
}

console.log("The signature of what the body means, instead of the body:");
// #region meaning
function verifyParsed(parsed: unknown, signature: string): boolean {
  return hmac(JSON.stringify(parsed)) === signature;
}
// #endregion
const parsed: unknown = JSON.parse(body.toString());
console.log(`  a genuine delivery: ${verifyParsed(parsed, hmac(body))}`);
console.log(`  two spaces are gone: ${JSON.stringify(parsed)}`);

console.log("\ntimingSafeEqual, when the sender sends half a signature:");
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
console.log(`  ${attempt(() => isSame(hmac(body), hmac(body).slice(32)))}`);

console.log("\nA secret that was never set, so that the key is empty:");
// #region empty
const key = process.env.A_SECRET_THAT_NOBODY_SET ?? "";
const expected = createHmac("sha256", key).update(body).digest("hex");
// #endregion
const guess = createHmac("sha256", "").update(body).digest("hex");
console.log(`  anybody's signature fits: ${guess === expected}`);

console.log("\nWhat JSON.parse makes of an order number that is too large:");
console.log(`  9007199254740993 becomes ${JSON.parse("9007199254740993")}`);

console.log("\nExpress as it comes, and what it does with bad requests:");
const app = express();
app.use(express.json());
app.post("/webhook/order", (request, response) => {
  response.status(202).send(`the handler sees ${JSON.stringify(request.body)}`);
});
app.set("env", "test");
const server = createServer(app).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

async function send(what: string, type: string, bytes: BodyInit): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/webhook/order`, {
    method: "POST",
    ...(type && { headers: { "Content-Type": type } }),
    body: bytes,
  });
  const [first = ""] = (await response.text()).split("\n");
  console.log(`  ${what.padEnd(15)} ${response.status}  ${first}`);
}

await send("no content type", "", body);
await send("an empty body", "application/json", new Uint8Array());
await send("no UTF-8", "application/json", Buffer.from('{"status": "cr\xe9"}', "latin1"));
await send("malformed", "application/json", Buffer.from('{"order_id":'));
server.close();
server.closeAllConnections();

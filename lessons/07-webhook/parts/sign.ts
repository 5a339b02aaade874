/** A signed delivery, and how to send it. */
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import kleur from "kleur";
import { placeOf, settingsOrExit } from "../further/settings.ts";
import { sign } from "../further/sign.ts";

const [orderId = "777", status = "created"] = process.argv.slice(2);
const { provider, secret, ...where } = settingsOrExit();

const { headers, body } = sign[provider](secret, {
  id: randomUUID(),
  time: Math.floor(Date.now() / 1_000),
  // A word that is not a number becomes a string: the shop should refuse it.
  json: JSON.stringify({
    order_id: Number.isNaN(Number(orderId)) ? orderId : Number(orderId),
    status,
  }),
});

// The body goes through a file: each shell has its own idea of quotes inside quotes.
const file = "work/07-webhook/order.txt";
mkdirSync("work/07-webhook", { recursive: true });
writeFileSync(file, body);

const words = [
  `-i http://${placeOf(where)}/webhook/order`,
  ...Object.entries(headers).map(([name, value]) => `-H "${name}: ${value}"`),
  `--data-binary "@${file}"`,
];
console.log(`${kleur.bold(file)} holds ${body}\n`);
console.log(kleur.bold("bash, zsh, cmd"));
console.log(`curl ${words.join(" ")}\n`);
console.log(`${kleur.bold("PowerShell")}, where curl alone is something else`);
console.log(`curl.exe ${words.join(" ")}\n`);
console.log(
  "Send it twice: the second time it is known. Then change a character of the file.",
);

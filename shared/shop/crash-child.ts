// A shop that takes payments until it is killed. For each that the transport has, it adds a line.
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { customer, tea } from "./premises.ts";
import { transports } from "./transports.ts";

const [name, setup = "{}", acceptedFile = ""] = process.argv.slice(2);
process.once("disconnect", () => process.exit());

const AT_ONCE = 20;
const transport = transports.find((each) => each.name === name);
const shop = await transport?.open({
  ...JSON.parse(setup),
  onSent: () => {},
  onGivenUp: () => {},
});
if (!shop) throw new Error(`There is no transport ${name}.`);

for (let number = 1; ; ) {
  const orders = Array.from({ length: AT_ONCE }, () => {
    const buyer = number++;
    return { buyer, orderId: shop.createOrder(customer(buyer), [tea]) };
  });
  await Promise.all(
    orders.map(async ({ buyer, orderId }) => {
      await shop.payOrder(orderId);
      appendFileSync(acceptedFile, `${buyer}\n`);
    }),
  );
  // Customers come in groups: the shop gets time to send messages.
  await setTimeout(5);
}

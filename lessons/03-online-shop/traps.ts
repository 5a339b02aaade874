/** The ways in which a first shop goes wrong, each shown going wrong. */
import { EventBus } from "#bus/event-bus";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";

interface Order {
  orderId: number;
  items: { name: string; quantity: number }[];
}

interface ShopEvents {
  "order.created": Order;
  "order.paid": { orderId: number };
}

function newBus() {
  return new EventBus<ShopEvents>({
    onError: (error) => console.log(`  failure: ${(error as Error).message}`),
  });
}

console.log("Money in hryvnias with a decimal point, three coffees and a bun:");
// #region money
const prices = [35.1, 35.1, 35.1, 20.2];
const revenue = prices.reduce((sum, price) => sum + price, 0);
console.log(`  revenue: ${revenue}, as expected: ${revenue === 125.5}`);
// #endregion

console.log(
  "\nThe event holds the customer's own cart, and the customer goes on shopping:",
);
// #region cart
const bus = newBus();
const cart = [{ name: "green tea", quantity: 2 }];
const { data } = bus.emit("order.created", { orderId: 41, items: cart });
cart.push({ name: "piano", quantity: 1 });
const names = data.items.map(({ name }) => name);
console.log(`  what was ordered this morning: ${names.join(" and ")}`);
// #endregion

console.log("\nThe order service tells first and remembers afterwards:");
// #region afterwards
const shop = newBus();
const orders = new Map<number, Order>();

function pay(orderId: number): void {
  if (!orders.has(orderId)) throw new Error(`There is no order ${orderId}.`);
  shop.emit("order.paid", { orderId });
}

shop.subscribe("order.created", ({ orderId }) => pay(orderId)); // a customer with credit
const order = { orderId: 42, items: [] };
shop.emit("order.created", order);
orders.set(42, order);
// #endregion

console.log(
  "\nThe event carries an id only, and the listener asks when it gets round to it:",
);
// #region ask
const priceList = new Map([["green tea", 45_00]]);
const lateEmails: (() => void)[] = [];

const thinBus = newBus();
thinBus.subscribe("order.created", ({ orderId, items: [tea] }) => {
  lateEmails.push(() => {
    const price = priceList.get(tea?.name ?? "") ?? 0;
    console.log(`  order ${orderId}: please pay ${formatMoney(price)}`);
  });
});

thinBus.emit("order.created", {
  orderId: 43,
  items: [{ name: "green tea", quantity: 1 }],
});
priceList.set("green tea", 59_00); // order 43 was made at 45.00
for (const send of lateEmails) send();
// #endregion

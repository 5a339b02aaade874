/** What goes wrong with a first saga, each shown going wrong. */
import { Network, type Trouble } from "#given/09-saga/further/network.ts";
import { Shop, type ShopOptions } from "#given/09-saga/further/shop.ts";
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import type { Reply } from "#given/09-saga/given/process.ts";

const order = { id: "order-15", item: "a teapot", cents: 2_500 };
let attempts = 0;

/** A shop and a saga as one writes it at first: plain calls, one after the other. */
function openShop(troubles: Trouble[], options: ShopOptions = {}) {
  const shop = new Shop(options);
  const time = new VirtualTime();
  const network = new Network((command) => shop.handle(command), time.timer, troubles);
  const ask = (name: string, key: string, way: "forward" | "back" = "forward") => {
    const ids = { correlationId: order.id, causationId: null };
    const command = { ...ids, key, way, participant: "", name, order };
    return withinLimit(network.send(command), time);
  };
  return { shop, time, ask };
}

function withinLimit(answer: Promise<Reply>, time: VirtualTime): Promise<Reply> {
  return new Promise((resolve, reject) => {
    time.timer(1_000, () => reject(new Error("no answer")));
    answer.then(resolve, reject);
  });
}

function sayMoney({ books }: Shop): void {
  const reserved = books.reserved.get(order.id) ?? 0;
  console.log(`  customer ${books.customer}, reserved ${reserved}, shop ${books.till}`);
}

console.log("Payment did not answer, so nothing is taken back. But it had happened:");
{
  const { shop, time, ask } = openShop([
    { command: "reserve the money", fault: "answer lost" },
  ]);
  // #region naive
  const naive = async () => {
    const done: string[] = [];
    try {
      await ask("place the order", "order");
      done.push("cancel the order");
      await ask("reserve the money", "money");
      done.push("release the money");
    } catch {
      for (const name of done.reverse()) await ask(name, name, "back");
    }
  };
  // #endregion
  await time.until(naive());
  sayMoney(shop);
}

console.log(
  "\nA new key for each attempt: to the participant it is a new wish each time:",
);
{
  const { shop, time, ask } = openShop([
    { command: "reserve the money", fault: "answer lost", times: 1 },
  ]);
  // #region key
  const retry = async (): Promise<Reply> => {
    attempts += 1;
    return ask("reserve the money", `money, attempt ${attempts}`).catch(retry);
  };
  // #endregion
  await time.until(retry());
  sayMoney(shop);
}

console.log("\nNo tombstone: the late command comes after what took it back:");
{
  const { shop, time, ask } = openShop(
    [{ command: "reserve the money", fault: "command very late" }],
    { tombstones: false },
  );
  await time.until(ask("reserve the money", "money").catch(() => {}));
  await time.until(ask("release the money", "money, back", "back"));
  await time.untilQuiet();
  sayMoney(shop);
}

console.log("\nThe same with a tombstone: the payment service refuses it:");
{
  const { shop, time, ask } = openShop([
    { command: "reserve the money", fault: "command very late" },
  ]);
  await time.until(ask("reserve the money", "money").catch(() => {}));
  await time.until(ask("release the money", "money, back", "back"));
  await time.untilQuiet();
  sayMoney(shop);
}

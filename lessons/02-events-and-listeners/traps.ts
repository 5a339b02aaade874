/** The ways in which first listeners go wrong, each shown going wrong. */
import type { BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";

const bus = new EventBus({
  onError: (error) => console.log(`  failure: ${(error as Error).message}`),
});
const ann = { userId: 7, email: "ann@example.com" };

console.log("A method is handed over as a listener, and its object stays behind:");
// #region this
class EmailSender {
  sent = 0;

  welcome() {
    this.sent += 1;
  }
}

const sender = new EmailSender();
bus.subscribe("user.registered", sender.welcome);
bus.emit("user.registered", ann);
console.log(`  sent: ${sender.sent}`);
// #endregion
bus.unsubscribe("user.registered", sender.welcome);

console.log("\nA function that is written twice is two functions:");
// #region wrapper
bus.subscribe("user.registered", () => console.log("  still listening"));
const gone = bus.unsubscribe("user.registered", () => console.log("  still listening"));
console.log(`  unsubscribed: ${gone}`);
bus.emit("user.registered", ann);
// #endregion

console.log(
  "\nAn event carries an id only, and the listener looks up the rest, too late:",
);
// #region lookup
const users = new Map([[7, ann]]);
bus.subscribe("user.deleted", (data) => {
  const { userId } = data as { userId: number };
  console.log(`  goodbye to ${users.get(userId)?.email}`);
});

users.delete(7);
bus.emit("user.deleted", { userId: 7 });
// #endregion

console.log("\nAn event is ticked off before its email is sent, and the email fails:");
// #region tick
const handled = new Set<string>();
let mailServerIsUp = false;

function confirm(_data: unknown, { id }: BusEvent) {
  if (handled.has(id)) return console.log("  handled already");
  handled.add(id);
  if (!mailServerIsUp) throw new Error("the mail server is down");
  console.log("  sent");
}

bus.subscribe("order.created", confirm);
const event = bus.emit("order.created", { orderId: 41 });
mailServerIsUp = true;
bus.deliver(event);
// #endregion

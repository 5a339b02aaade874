/** The ways in which a first event bus goes wrong, each shown going wrong. */

type Listener = (name: string) => void;

// #region splice
class SplicingBus {
  listeners: Listener[] = [];

  emit(name: string): void {
    for (const listener of this.listeners) listener(name);
  }

  unsubscribe(listener: Listener): void {
    this.listeners.splice(this.listeners.indexOf(listener), 1);
  }
}
// #endregion

const bus = new SplicingBus();
const gift = () => {
  console.log("  gift: sent, and never again");
  bus.unsubscribe(gift);
};
bus.listeners.push(gift, () => console.log("  email: sent"));
console.log("A listener leaves in the middle of an event, and the next one is skipped:");
bus.emit("user.registered");
console.log("  (no email)");

// #region regexp
function matchesByRegExp(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name);
}
// #endregion

console.log("\nA regular expression for wildcards, and what it lets through:");
const pairs: [pattern: string, name: string][] = [
  ["order.*", "order.item.added"],
  ["order.*", "orders!"],
  ["user.deleted", "userXdeleted"],
];
for (const [pattern, name] of pairs) {
  console.log(
    `  ${pattern.padEnd(13)} ${name.padEnd(17)} ${matchesByRegExp(pattern, name)}`,
  );
}

function emitToAll(listeners: Listener[], name: string): void {
  for (const listener of listeners) listener(name);
}

console.log("\nOne listener throws, and those after it hear nothing:");
const printer: Listener = () => {
  throw new Error("out of paper");
};
const warehouse: Listener = () => console.log("  warehouse: packs the order");
try {
  emitToAll([printer, warehouse], "order.created");
} catch (error) {
  console.log(`  and the producer gets: ${(error as Error).message}`);
}

// #region try-async
function emitWithCare(listener: () => unknown): string {
  try {
    listener();
    return "no failure seen";
  } catch {
    return "failure seen";
  }
}
// #endregion

console.log("\ntry and catch around an async listener:");
process.once("unhandledRejection", (error: Error) => {
  console.log(`  later, and nobody's: ${error.message}`);
});
const outcome = emitWithCare(async () => {
  throw new Error("mail server is down");
});
console.log(`  ${outcome}`);

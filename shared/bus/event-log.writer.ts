/**
 * The process that event-log.test.ts kills: it records events without end, numbered from the
 * number it is given, and says after each flush how far it has come.
 */
import { writeSync } from "node:fs";
import { EventBus } from "#bus/event-bus";
import { RecordedBus } from "#bus/recorded-bus";

const [path = "", first = "1"] = process.argv.slice(2);
const bus = new RecordedBus(new EventBus({ historyLimit: 0 }), path);
let number = Number(first);
for (;;) {
  // Every third batch is so large that it takes several writes.
  const large = number % 3 === 0;
  const note = "tea ".repeat(large ? 2_500 : 50);
  for (let left = large ? 150 : 4; left > 0; left--) {
    bus.emit("order.created", [number, note]);
    number += 1;
  }
  await bus.flush();
  // Straight to the pipe: what waits inside a process dies with it.
  writeSync(1, `${number - 1}\n`);
}

import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { customer, until } from "./premises.ts";
import { forkProgram, isAlive } from "./service-process.ts";
import type { Surroundings, Transport } from "./shop.ts";

/** What it cost to kill every process of a shop that was taking payments. */
export interface CrashCost {
  /** Payments that the transport had when the shop was killed, and said so. */
  accepted: number;
  /** How many of them never got their SMS, not even from the shop that opened afterwards. */
  lost: number;
  /** How many got it twice. */
  twice: number;
  /** How many of them the shop that opened afterwards had in its figures. */
  remembered: number;
}

const ENOUGH = 150;

/**
 * Opens the shop in a process of its own, kills that with SIGKILL while it takes payments, and opens it
 * again at the same place.
 *
 * @param patience how long to wait for messages that are still to come, in ms
 */
export async function crash(
  transport: Transport,
  around: Surroundings,
  patience: number,
): Promise<CrashCost> {
  const ledger = join(around.folder, "ledger.txt");
  const acceptedFile = join(around.folder, "accepted.txt");
  const setup = JSON.stringify({ ...around, ledger, sendingTime: 2 });
  const words = [transport.name, setup, acceptedFile];
  const child = forkProgram(around, "crash-child.ts", words, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  // The services that it started write to the same pipe: it closes when the last one has ended.
  const closed = once(child, "close");
  await until(() => linesOf(acceptedFile).length >= ENOUGH || !isAlive(child), 60_000);
  child.kill("SIGKILL");
  child.stdout?.resume();
  await closed;

  const accepted = linesOf(acceptedFile).map((line) => customer(Number(line)).phone);
  const sent = () => linesOf(ledger).filter((line) => line.startsWith("SMS "));
  const times = (phone: string) =>
    sent().filter((line) => line === `SMS ${phone}`).length;
  const shop = await transport.open({ ...around, ledger });
  await until(() => {
    const all = new Set(sent());
    return accepted.every((phone) => all.has(`SMS ${phone}`));
  }, patience);
  const { payments } = await shop.figures().finally(() => shop.close());
  return {
    accepted: accepted.length,
    lost: accepted.filter((phone) => times(phone) === 0).length,
    twice: accepted.filter((phone) => times(phone) > 1).length,
    remembered: Math.min(payments, accepted.length),
  };
}

/** The whole lines of a file; one that breaks off does not count. */
function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

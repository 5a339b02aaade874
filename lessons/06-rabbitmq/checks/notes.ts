/** What a shop of a day notes of its events, of its work, and of each time that it closes. */
import type { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { ChannelModel } from "amqplib";
import type { StandIn } from "#broker/stand-in";
import type { BusEvent } from "#bus/contract";
import { type PublisherOptions, UnroutableError } from "#bus/rabbit-contract";
import { consumerOn, publisherOn, watch } from "./desk.ts";
import type { Rule } from "./story.ts";

export interface Place {
  broker: StandIn;
  step: number;
  see(rule: Rule, what: string, due: unknown, seen: unknown): void;
}

export interface Letter {
  event: BusEvent;
  states: string[];
  isOdd: boolean;
  /** Published when the publisher was closed here already. */
  isLate: boolean;
}

export function validLetters(letters: readonly Letter[]): Letter[] {
  return letters.filter(({ isOdd, isLate }) => !isOdd && !isLate);
}

/** What becomes of a publish. */
export function statesOf(outcome: Promise<void>, event: BusEvent): string[] {
  const states = watch([outcome]);
  outcome.catch((error) => {
    if (error?.name !== "UnroutableError") return;
    const isOwn =
      error instanceof UnroutableError && isDeepStrictEqual(error.event, event);
    if (!isOwn) states[0] = "of another event";
  });
  return states;
}

/** Listens as the owner of a connection does, and tells whether nobody has put an end to that. */
export function listen(connection: ChannelModel): () => boolean {
  const heard: string[] = [];
  connection.on("error", () => {});
  connection.on("blocked", (reason) => heard.push(reason));
  const line = connection.connection as unknown as EventEmitter;
  return () => line.emit("blocked", "in the end") && heard.at(-1) === "in the end";
}

/** Others on the same connection go home, or lose their queue: that is nobody else's end. */
export async function loseNeighbours(
  connection: ChannelModel,
  { broker, step }: Place,
  options: PublisherOptions,
): Promise<void> {
  const publisher = await publisherOn(connection, options);
  const queue = `beside ${options.exchange}`;
  if (step > 5) await consumerOn(connection, () => {}, { queue, patterns: [] });
  broker.deleteQueue(queue);
  if (step > 7) await publisher.close();
}

/** What `onLost` was called with, where `due` is what the broker has said about it, if anything. */
export function saysWhy(reason: Error, due: string): unknown {
  const [said = ""] = /a rule was broken|$/.exec(reason.message) ?? [];
  const isDue = reason instanceof Error && reason.message !== "" && said === due;
  return isDue ? "an Error that says why" : reason;
}

/** One call of `close`: once it has ended, it stays so. */
export interface Closing {
  states: string[];
  isDue: boolean;
}

export class Job {
  /** Of its event. */
  readonly id: string;
  readonly isLate: boolean;
  /** How it ended; `late` if nobody could tell the broker. */
  ended?: "done" | "failed" | "late";
  /** Ended while the broker was blocked, which reads nothing before it goes on. */
  unread = false;
  /** What work returns: no `Promise`, but it can be awaited all the same. */
  readonly result: PromiseLike<unknown>;
  end: (how: "done" | "failed", value: unknown) => void = () => {};

  /** @param isLate whether it came when its consumer was closing and the broker blocked */
  constructor(id: string, isLate: boolean) {
    this.id = id;
    this.isLate = isLate;
    const done = new Promise<unknown>((resolve, reject) => {
      this.end = (how, value) => {
        this.ended = how;
        if (how === "failed") reject(value);
        else resolve(value);
      };
    });
    // biome-ignore lint/suspicious/noThenProperty: work may return one
    this.result = { then: (...listeners) => done.then(...listeners) };
  }
}

/** What work failed with, and the id of its event. */
export type Failure = [error: unknown, id: unknown];

/** What can happen on a day, how it is told, and which rule it is about. */

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  resolves: "`publish` resolves when the broker has confirmed the event, not before",
  survives:
    "a confirmed event survives a restart of the broker, and has its id as message id",
  refused: "an event that the broker refuses rejects, and no other does",
  json: "data that JSON cannot hold rejects its own `publish` alone; nothing is thrown",
  cut: "what is not confirmed when the line is cut or the channel closed rejects",
  unroutable:
    "with `mandatory`, an event that no queue waits for rejects with an `UnroutableError`",
  among: "among many, those alone reject that no queue waits for",
  without: "without `mandatory`, an event that no queue waits for is confirmed",
  window: "no more events are on their way than `window` allows, by default 256",
  order: "those that wait are sent in order, and before a newcomer",
  acknowledged: "an event is acknowledged when its work is done, and not before",
  prefetch:
    "no more events are in hand than `prefetch` allows, by default 10, even if many waited before",
  onError:
    "when work throws or rejects, `onError` is called once, with that and the message",
  dead: "its message is rejected once: it lies in the dead-letter queue, and is not tried again",
  onLost:
    "`onLost` is called once, with the reason, when the queue or the channel is gone",
  late: "work may end, or fail, after the line was cut: that alone is not a failure",
  flush:
    "`flush` waits for what was published before it, failed or not, and for nothing after",
  closePublisher:
    "a publisher's `close` sends all that was published, then closes the channel",
  closeConsumer:
    "a consumer's `close` waits for the work in hand, and for its acknowledgement",
  cancel: "what comes before the broker has answered `cancel` is in hand, too",
  closeCut: "`close` ends after the line was cut, and is not itself a loss",
  closeBlocked: "`close` ends although the broker is blocked, before or after it began",
} as const;
export type Rule = keyof typeof RULES;

export const NAMES = ["user.registered", "user.deleted", "order.created", "stock.low"];

/** What work fails with, one after the other: that can be anything. */
const error = Object.assign(new TypeError("no paper"), { code: "ECONNRESET" });
const givenUp = new DOMException("no time", "AbortError");
const broken = Object.freeze(error);
export const reasons: unknown[] = [broken, broken, null, givenUp, undefined, false];

/** What work that is done returns: that can be anything, too. */
export const results: unknown[] = [false, null, 0, new Error("one page was white")];

/** Data that JSON cannot hold. */
const circular: unknown[] = [];
circular.push(circular);
export const odd: unknown[] = [7n, circular, { toJSON: () => JSON.parse("7n") }];

/** What can happen to a shop. */
const lines = {
  publish: "publishes NAME",
  "publish three at once":
    "publishes NAME, user.registered and NAME at once, and one more when the first is settled",
  "publish again": "publishes its last event once more",
  "publish twice": "publishes NAME, and the same event once more at once",
  "publish what JSON cannot hold": "publishes a NAME that JSON cannot hold (NTH)",
  "somebody waits": "publishes its last event once more, for which a queue waits by now",
  "nobody waits":
    "loses the queue that nobody consumes from, and publishes one more like its last",
  hold: "hears nothing from the broker from now on",
  release: "hears what the broker has said meanwhile",
  "release one": "hears the first thing that the broker has said meanwhile",
  cut: "is cut off",
  goodbye: "hears that the broker is being stopped",
  "close the publisher's channel": "has its publisher's channel closed by the broker",
  finish: "finishes one work in hand (NTH)",
  fail: "fails in one work in hand (NTH)",
  "fail at once": "fails in all work in hand at once",
  "close the consumer's channel": "has its consumer's channel closed by the broker",
  "delete the queue": "loses its queue: somebody deletes it",
  flush:
    "calls flush, publishes NAME and what JSON cannot hold, calls flush twice, and publishes order.created at once",
  "close the publisher":
    "publishes COUNT events, closes its publisher, twice, publishes NAME and calls flush at once",
  "close the consumer":
    "publishes user.registered and closes its consumer, twice, at once",
  "close the publisher, the broker blocks":
    "publishes COUNT events and NAME, closes its publisher, twice, publishes NAME and calls flush, and only then hears that the broker is low on memory",
  "close the consumer, the broker blocks":
    "publishes NAME and user.registered, closes its consumer, twice, and only then hears that the broker is low on memory",
  "close the consumer, the queue is gone":
    "loses its queue, and closes its consumer, twice, before it hears of that",
  block: "hears that the broker is low on memory, and publishes NAME",
  unblock: "hears that the broker has memory again",
} as const;

/** In place of a shop's number. */
export const both = 2;

/** One thing that happens, in one of two shops or in both. Each reads only the fields that it is about. */
export interface Command {
  does: keyof typeof lines;
  shop: number;
  name: string;
  nth: number;
}

export interface Day {
  mandatory: boolean[];
  window: (number | undefined)[];
  prefetch: (number | undefined)[];
  /** Whether both consume from the same queue. */
  share: boolean;
  commands: Command[];
}

export const tell = ({ does, shop, name, nth }: Command) =>
  `${shop === both ? "each shop" : `shop ${shop + 1}`} ${lines[does]
    .replaceAll("NAME", name)
    .replace("NTH", `number ${nth + 1}`)
    .replace("COUNT", String(2 - nth))}`;

export function storyOf({ mandatory, window, prefetch, share, commands }: Day): string[] {
  const used = (shop: number) =>
    commands.some((one) => one.shop === shop || one.shop === both);
  const options = mandatory.flatMap((isMandatory, shop) => {
    const parts = [
      ...(isMandatory ? ["mandatory"] : []),
      ...(window[shop] ? [`a window of ${window[shop]}`] : []),
      ...(prefetch[shop] ? [`a prefetch of ${prefetch[shop]}`] : []),
    ];
    return parts.length > 0 && used(shop)
      ? [`shop ${shop + 1} has ${parts.join(", ")}`]
      : [];
  });
  return [
    ...options,
    ...(share ? ["both shops consume from one queue"] : []),
    ...commands.map(tell),
  ];
}

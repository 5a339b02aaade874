/** What can happen on a day, how it is told, and which rule it is about. */
import { inspect } from "node:util";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  welcome: "`welcome` sends one email to the new user's address, with their name",
  confirmOrder:
    "`confirmOrder` sends one email to the order's address, with its number and total",
  sayGoodbye:
    "`sayGoodbye` sends one email to the address of the user who left, with their name",
  fails:
    "when `sendEmail` throws or rejects, the listener throws or rejects with the same error",
  line: "a line is the event's own time in ISO form, its name and its data as JSON, with spaces between",
  everyLine: "every event gets one line when it comes, in the catalogue or not",
  wholeLine: "the line has all of the data, whatever characters are in it",
  users:
    "`users` goes up by one at `user.registered` and down by one at `user.deleted`, in any order",
  orders: "`orders` counts the orders, and `turnover` adds up their totals",
  others: "an event of any other name changes nothing",
  snapshot: "`figures` returns the figures of the moment, which do not change later",
  reach:
    "each event calls once the listeners that are made for it, with the data and the event",
  every:
    "the logger and analytics hear every event, the email sender its three names only",
  connecting: "connecting alone calls no listener and emits nothing",
  onError: "what the email sender fails with reaches `onError`, and the others go on",
  apart: "what is connected to one bus hears nothing of another",
  disconnect:
    "one call of the returned function disconnects every listener, even if one has left before",
  again: "after disconnecting, the same listeners can be connected again",
  twice: "a second call does no harm, and leaves a later connection alone",
  visitors: "everybody else on the bus goes on hearing",
  once: "an event that comes twice sends one email, even a year and 999 events later",
  equal:
    "an equal id is the same event, even a copy; equal data with another id is another",
  onTheWay:
    "while an email is on its way, its event sends no second one, and is done when the email is",
  notTold:
    "when an email fails on its way, whoever waits for it is not told that it was sent",
  retry:
    "an email that could not be sent is sent when its event comes again, and then no more",
  countOnce:
    "`count` counts an event once, even if it comes again a year and 999 events later",
  logAgain: "the logger still writes a line each time an event comes",
} as const;
export type Rule = keyof typeof RULES;

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does: "registers" | "orders" | "leaves" | "odd" | "server" | "looks" | Later;
  /** The shop whose listeners it is about. */
  shop: number;
  bus: number;
  /** Which of the earlier events, users, returned functions … */
  nth: number;
  /** Which of the names, amounts … */
  value: number;
  /** Handed to the bus with `deliver` and not with `emit`; of `again`: as a copy. */
  delivered: boolean;
}

type Later = "connects" | "disconnects" | "again" | "repeats" | "answers";

export type Day = Command[];

export const SHOPS = ["Kyiv", "Lviv"];
const NAMES = [
  "Ann",
  "Андрій",
  'Nick "Red" O\'Hara',
  "$& Bo *the* [red_one](x) `#1` ~",
  "Eve\r\nAnn, jr.",
  "constructor",
  "<i>Zoe\u0308</i>\u2028&amp; 👩\u200d🚀\ufeff!",
  "Ann  Maria ".repeat(47).trim(),
  "{email} {name}\u0007 %s\u009b",
];
const AMOUNTS = [125_50, 5, 0, 99, 1_234_567_89, 3_000_000_000, 4e14, -5_00, -7];
/** More than doubles can tell in hundredths, and less than they can tell in whole numbers. */
AMOUNTS.push(7_100_000_000_000_001);
const ODD_NAMES = [
  ...["user.registered", "user.deleted", "order.created"].flatMap((name) => [
    ...[`${name}.v2`, `big.${name}`, name.replace(/\w+/, "partner")],
    name.replace(".", `${".item".repeat(60)}.`),
    ...[name.toUpperCase(), `${name} `, name.replace(".", "-")],
  ]),
  ...[
    "order.cancelled",
    "midnight",
    "sale.50%off",
    "user.\u00adregistered",
    "order.item.price.went.up",
  ],
  ...["constructor", "__proto__", "чай.випито"],
];
const everything = { orderId: 1, userId: 1, name: "Eve", email: "e@ve.ua", total: 5 };
const tea = { prices: [5, null, ""], since: "1970-01-01T00:00:00.000Z" };
const deepest = '{"__proto__":"deep"}';
const ODD_DATA = [
  everything,
  { ...everything, password: " Так!\nНі ", note: "", voucher: null, items: [tea, tea] },
  { text: "x".repeat(70_000), weight: 0.1 + 0.2 },
  [Array(1_200).fill(7), JSON.parse(`${"[".repeat(120)}${deepest}${"]".repeat(120)}`)],
  null,
  0,
  false,
  "",
  "5",
  {},
];
const TIMES = [0, -1, 1_700_000_000_005.25, 5, 300_000_000_000_000];
export const SERVERS = [
  "works",
  "works later",
  "throws",
  "rejects",
  "works for some",
  "hangs",
] as const;
/** What a mail server that works may say. */
export const RESULTS = [undefined, false, "", null, Error("sent"), { rejected: [5] }];
class Refusal extends Error {
  readonly code = "ETIMEDOUT";
  readonly responseCode = 552;
  override readonly cause = new Error("full");
}
/** What one that fails fails with. */
export const REASONS: Record<string, unknown> = {
  "an Error": Object.freeze(new Refusal("552: the mailbox is full")),
  undefined: undefined,
  null: null,
  "a string": "the mail server is down",
  "an abort": new DOMException("the sending was aborted", "AbortError"),
  "an object without prototype": Object.create(null),
};

export const pick = <Value>(list: readonly Value[], nth: number) =>
  list[nth % list.length] as Value;
export const nameOf = ({ value }: Command) => pick(NAMES, value);
const amountOf = ({ value }: Command) => pick(AMOUNTS, value);
export const userOf = (command: Command, userId: number) => ({
  userId,
  name: nameOf(command),
  email: `Н'Use\u0301r+${userId}@Пошта.укр`,
});
export const orderOf = (command: Command, nth: number) => ({
  orderId: nth * 7_000_000_001,
  userId: 1,
  email: `Buyer+${nth}@Пошта.укр`,
  total: amountOf(command),
});
export const oddOf = ({ value }: Command): [name: string, data: unknown] => [
  pick(ODD_NAMES, value),
  pick(ODD_DATA, Math.floor(value / ODD_NAMES.length)),
];

/** A name for what was thrown: that very value, and not one that looks the same. */
export function told(error: unknown): string {
  const found = Object.entries(REASONS).find(([, reason]) => Object.is(reason, error));
  return found?.[0] ?? `something else, ${inspect(error).split("\n")[0]}`;
}

/** When the nth event of a day happened. */
export const timeOf = (step: number, nth: number) =>
  step < 6 ? pick(TIMES, nth) + 10 * nth : pick(TIMES, Math.floor(nth / 2));
/** How often an event that comes again does so in one turn, where no mail server fails at once. */
export const timesOf = ({ value }: Command) => pick([1, 1, 2, 12], value);
/** Whether something happens in the same turn as the next event. */
export const isHasty = ({ does, value }: Command) => does !== "repeats" && value >= 750;

/** What the mail server of a shop does from now on: before step 6, none hangs. */
export const serverOf = ({ value }: Command, step: number) =>
  pick(step < 6 ? SERVERS.slice(0, -1) : SERVERS, value);

/** What a mail server that was long silent does from now on; in the end, the length of the day decides. */
export const endOf = (value: number) =>
  pick(["works", "rejects", "works for some"] as const, value);

export function storyOf(day: Day, step: number): string[] {
  const story = day.map((command) => tell(command, step));
  if (step < 6) return story;
  const hangs = day.some(
    (command) => command.does === "server" && serverOf(command, step) === "hangs",
  );
  const answer = hangs
    ? `a mail server that hangs answers and ${endOf(day.length)}; then `
    : "";
  const end = `${answer}all of them work, and a year later every event comes again`;
  return [...story, `in the end, ${end}`];
}

const cut = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most)}…` : text;

function tell(command: Command, step: number): string {
  const { does, shop, bus, nth, value, delivered } = command;
  const soon = isHasty(command) ? ", in the same turn as the next event" : "";
  const where =
    step < 4
      ? ` (the listeners of ${SHOPS[bus]} are called${soon})`
      : ` (${delivered ? "delivered" : "emitted"} on bus ${bus + 1}${soon})`;
  const lines = {
    registers: `${cut(nameOf(command), 20)} registers${where}`,
    orders: `somebody orders for ${amountOf(command)} kopiykas${where}`,
    leaves: `user ${nth + 1}, if there is one, leaves as ${cut(nameOf(command), 20)}${where}`,
    odd: `${cut(oddOf(command)[0], 40)} happens, with ${cut(`${JSON.stringify(oddOf(command)[1])}`, 40)}${where}`,
    again: `event ${nth + 1}, if there is one, comes again${delivered ? " as a copy" : ""} on bus ${bus + 1}${timesOf(command) > 1 ? `, up to ${timesOf(command)} times at once` : ""}`,
    repeats: `what the last event but ${nth} says, if there is one, happens once more${where}`,
    looks: `somebody looks at the figures of ${SHOPS[shop]}`,
    server: `the mail server of ${SHOPS[shop]} ${serverOf(command, step)}`,
    answers: `the mail server of ${SHOPS[shop]}, if it hangs, answers and ${endOf(value)}`,
    connects: `the listeners of ${SHOPS[shop]} are connected to bus ${bus + 1}`,
    disconnects: `the function that connection ${nth + 1} returned is called`,
  };
  return lines[does];
}

/** The rule that a day is about, where what was seen does not say it. */
export function ruleOf(day: Day, seen?: string): string {
  if (seen !== undefined) return seen;
  const does = day.map((command) => command.does);
  const signs: [Command["does"], Rule][] = [
    ["again", "once"],
    ["disconnects", "twice"],
    ["connects", "reach"],
    ["odd", "everyLine"],
    ["leaves", "sayGoodbye"],
    ["orders", "confirmOrder"],
  ];
  return RULES[signs.find(([sign]) => does.includes(sign))?.[1] ?? "welcome"];
}

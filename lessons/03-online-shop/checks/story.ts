/** What can happen on a day, how it is told, and which rule it is about. */
import { inspect } from "node:util";
import type { OrderItem } from "#given/03-online-shop/shop-events.ts";
import { ann, bob, cup, tea } from "./desk.ts";
import { RULES, type Rule } from "./rules.ts";

export const SHOPS = ["Kyiv", "Lviv"];
/** Two of them share an email address, and two a phone number; two are abroad. */
export const PEOPLE = [
  ann,
  bob,
  { ...ann, phone: "+881151123456789" },
  { ...bob, email: `${"clerk".repeat(20)}+shop@localhost` },
  { email: "eva.o'neill@чаи\u0306.укр", phone: "+3725123456" },
];
const NAMES = ["Ann", "Bob", "Ann's brother", "Bob's clerk", "Eva"];
const yacht = { name: "yacht", quantity: 1, price: Number.MAX_SAFE_INTEGER };

/** Carts, and the rule by which one is refused, or is just not. */
export const CARTS: { items: OrderItem[]; rule?: Rule }[] = [
  { items: [tea, cup, { ...tea, price: 40_00 }, cup] },
  { items: [{ name: ` чай  <🫖и\u0306>${" з".repeat(60)} `, quantity: 3, price: 105 }] },
  { items: [{ name: "", quantity: 10, price: 4_999_99 }, tea, cup] },
  { items: [{ name: "", quantity: 2 ** 32, price: 0 }], rule: "price" },
  { items: [yacht], rule: "total" },
  { items: [], rule: "empty" },
  ...cartsWith("quantity", [0, -1, 1.5, Number.NaN, "2", true, [2], null]),
  ...cartsWith("price", [-1, 0.5, Number.NaN, "450", null, true, [450]]),
  { items: [yacht, cup], rule: "total" },
  { items: [{ ...yacht, quantity: 3, price: 2 ** 52 }], rule: "total" },
];
/** How many of them no step refuses. */
export const SOUND_CARTS = 5;

function cartsWith(rule: "quantity" | "price", values: unknown[]) {
  return values.map((value, nth) => {
    const wrong = { ...tea, [rule]: value };
    return { items: [cup, tea, cup].toSpliced(nth % 4, 0, wrong), rule };
  });
}

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does:
    | "order"
    | "pay"
    | "arrive"
    | "post"
    | "stop notifications"
    | "stop analytics"
    | "open notifications"
    | "open analytics"
    | "again"
    | "elsewhere"
    | "restart";
  shop: number;
  who: number;
  cart: number;
  /** Which order, event or service. */
  nth: number;
  /** How an event comes again. */
  way: "itself" | "as JSON" | "replayed";
  /** Customer and cart change afterwards; what arrives is turned round; a number is low; it is at once. */
  odd: boolean;
}

/** What somebody does at once who hears of an order or a payment. */
export const HABITS = [
  "listens",
  "pays it",
  "takes an order for Bob, and one more when it hears of that",
  "pays it twice",
  "pays one more when one is paid",
  "takes an order for Bob when one is paid",
] as const;

/** What becomes of a message. */
export const SENDINGS = [
  "arrives",
  "is on its way",
  "fails at once",
  "fails",
  "fails on its way",
] as const;

export interface Day {
  /** On a shared bus there are two order services. On a slow one, they might give out the same number. */
  buses: ("fast" | "slow" | "shared")[];
  habits: { does: (typeof HABITS)[number]; early: boolean }[];
  /** What becomes of messages, in turn. */
  sendings: (typeof SENDINGS)[number][];
  commands: Command[];
}

/** What somebody else says of an order that is not from here. */
export const saidElsewhere = ({ nth }: Command) =>
  [["created"], ["paid"], ["paid", "created"], ["created", "paid"]][nth % 4] as (
    | "created"
    | "paid"
  )[];

/** What is between the numbers of two shops that are far apart. */
export const FAR = 2 ** 40;

/** Such an order has a number that is lower than all others. */
export const isLow = ({ nth, odd }: Command) => odd && nth % 2 === 0;

export function tell(command: Command): string {
  const { does, who, cart, nth, way, odd } = command;
  const shop = SHOPS[command.shop];
  const number = nth + 1;
  const items = CARTS[cart]?.items.map(
    (one) => `${inspect(one.quantity)} × ${one.name || "?"} at ${inspect(one.price)}`,
  );
  const lines = {
    order: `${NAMES[who]} orders in ${shop}: ${items?.join(", ") || "nothing"}${odd ? "; then the cart and the customer change, for the next such order" : ""}`,
    pay: `somebody pays the ${ordinal(number)} order of ${shop}`,
    arrive: `what was emitted in ${shop} arrives${odd ? ", the last event first" : ""}`,
    post: "messages that are on their way arrive, or fail",
    "stop notifications": `the ${ordinal(number)} notification service of ${shop} stops${odd ? " at once" : ""}`,
    "stop analytics": `the ${ordinal(number)} analytics service of ${shop} stops${odd ? " at once" : ""}`,
    "open notifications": `${shop} opens one more notification service`,
    "open analytics": `${shop} opens one more analytics service`,
    again: `the ${ordinal(number)} event of ${shop} comes again, ${way}`,
    elsewhere: `${shop} hears from elsewhere, of an order whose number is ${who + 1} ${isLow(command) ? "below its first" : `${odd ? "and a trillion " : ""}above its last`}${command.way === "replayed" ? ", replayed" : ""}: ${saidElsewhere(command).join(", ")}`,
    restart: `${shop} starts again from its events${odd ? ", the last one first" : ""}${nth % 2 ? ", each of them twice" : ""}`,
  };
  return lines[does];
}

const ordinal = (number: number) => ["0th", "1st", "2nd", "3rd"][number] ?? `${number}th`;

export function storyOf(day: Day): string[] {
  const used = (shop: number) => day.commands.some((one) => one.shop === shop);
  const shops = SHOPS.flatMap((name, shop) => {
    const habit = day.habits[shop];
    const bus = day.buses[shop];
    if (!used(shop)) return [];
    return [
      ...(bus === "slow" ? [`the bus of ${name} is slow`] : []),
      ...(bus === "shared" ? [`two order services share the bus of ${name}`] : []),
      ...(habit && habit.does !== "listens"
        ? [`somebody who hears of an order in ${name} ${habit.does}`]
        : []),
    ];
  });
  const { sendings } = day;
  const mail = sendings.every((one) => one === "arrives")
    ? []
    : [`what becomes of messages, in turn: ${sendings.join(", ")}`];
  return [...shops, ...mail, ...day.commands.map(tell)];
}

type Reasons = [Command["does"], Rule][];
const numbers: Reasons = [
  ["restart", "next"],
  ["elsewhere", "next"],
];
const payments: Reasons = [
  ["restart", "staysPaid"],
  ["elsewhere", "learns"],
];
const messages: Reasons = [
  ["restart", "noMessage"],
  ["again", "once"],
  ["stop notifications", "silent"],
  ["stop analytics", "noOthers"],
];
/** Observations that alone do not say which rule is broken: what else happens on the day does. */
const GENERAL: Record<string, Reasons> = {
  [RULES.created]: numbers,
  [RULES.number]: numbers,
  [RULES.paid]: payments,
  [RULES.paidTwice]: payments,
  [RULES.unknown]: payments,
  [RULES.email]: messages,
  [RULES.sms]: messages,
  [RULES.counted]: [
    ["restart", "figuresBack"],
    ["again", "countedOnce"],
    ["stop analytics", "keeps"],
    ["stop notifications", "noOthers"],
    ["open analytics", "own"],
  ],
};

export function ruleOf(day: Day, seen: string = RULES.created): string {
  const has = (does: Command["does"]) => day.commands.some((one) => one.does === does);
  const orders = day.commands.filter(({ does }) => does === "order");
  const isShared = orders.some(({ shop }) => day.buses[shop] === "shared");
  if (isShared && [numbers, payments].includes(GENERAL[seen] ?? [])) return RULES.shared;
  const special = GENERAL[seen]?.find(([does]) => has(does))?.[1];
  if (special === "once" && day.sendings.some((one) => one.startsWith("fails")))
    return RULES.sentAgain;
  if (special !== undefined) return RULES[special];
  const habits = orders.map(({ shop }) => day.habits[shop]?.does);
  if (habits.some((does) => does?.startsWith("takes"))) return RULES.nested;
  const isCartChanged = orders.some(({ odd }) => odd);
  if (seen === RULES.created && isCartChanged) return RULES.cart;
  if (seen !== RULES.paid) return seen;
  if (orders.some(({ shop }) => day.buses[shop] === "slow")) return RULES.slow;
  if (habits.some((does) => does !== "listens")) return RULES.atOnce;
  return isCartChanged ? RULES.customer : seen;
}

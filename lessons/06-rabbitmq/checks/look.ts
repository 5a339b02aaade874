/** What must be true of a shop when all is quiet: the broker's own book is the model. */
import { isDeepStrictEqual } from "node:util";
import { dead, fate, queue, times } from "./desk.ts";
import { type Closing, type Job, validLetters } from "./notes.ts";
import type { Shop } from "./shop.ts";
import type { Rule } from "./story.ts";

/** What can be seen when all is quiet. */
export function look(shop: Shop, when: string, shops: readonly Shop[]): void {
  const { see } = shop.place;
  const at = `${when}: ${shop.name}`;
  const here = arrived(shop);
  shop.told = shop.line.told.get(shop.tags.publisher) ?? new Set();
  const valid = validLetters(shop.letters);
  const inOrder = here.every(
    ({ properties }, place) => properties.messageId === valid[place]?.event.id,
  );
  see("order", `${at}, events come to the broker in order`, true, inOrder);
  const isQuiet = !shop.isBlocked && !shop.isOver && !shop.channelGone;
  if (isQuiet && !shop.closedWhileBlocked) {
    const due = Math.min(valid.length, shop.told.size + shop.window);
    see("window", `${at}, events that came to the broker`, due, here.length);
  }
  for (const [number, letter] of valid.entries()) {
    if (shop.closedWhileBlocked && letter.states[0] !== "resolved") continue;
    const due = outcome(shop, number);
    const seen = fate(letter.states[0]);
    // Whether one hears of what came back before its confirmation, or before the end, is left open.
    const isBack = here[number]?.answer === "returned" && shop.mandatory;
    if (isBack && seen === "UnroutableError") continue;
    const what = `${at}, publish of ${letter.event.name}, number ${number + 1}`;
    see(ruleOf(shop, number, due), what, due, seen);
  }
  for (const { states, letters } of shop.flushes) {
    const isDue = letters.every((one) => one.states[0] !== "pending");
    see("flush", `${at}, flush`, isDue ? "resolved" : "pending", states[0]);
  }
  lookAtClosing(shop, at);
  if (shop.consumer) lookAtWork(shop, at, shops);
}

export function lookBack(shop: Shop): void {
  const { name, tags, line, letters } = shop;
  const { see, broker } = shop.place;
  const { publisher, consumer } = shop.closing;
  const valid = validLetters(shop.letters);
  const kept = arrived(shop).every(
    ({ content, properties: { deliveryMode, expiration } }, place) =>
      deliveryMode === 2 &&
      !expiration &&
      isDeepStrictEqual(JSON.parse(String(content)), { ...valid[place]?.event }),
  );
  see("survives", `${name}, all events are kept as they are`, true, kept);
  see("closePublisher", `${name}, others hear of the connection`, true, shop.isHeard());
  const isOpen = (tag: number) => line.channels.has(tag);
  if (publisher)
    see("closePublisher", `${name}, its channel is open`, false, isOpen(tags.publisher));
  const hasQueue = broker.queues.has(shop.queue);
  if (consumer && !shop.consumerGone)
    see("closeConsumer", `${name}, its queue is there`, true, hasQueue);
  const given = broker.waiting(shop.queue).filter((one) => one.redelivered);
  if (consumer && !shop.consumerGone && !shop.isOver && !shop.cameLate && !shop.shares)
    see("cancel", `${name}, events given back to the queue`, 0, given.length);
  if (consumer?.every(({ isDue }) => isDue))
    see("closeConsumer", `${name}, its channel is open`, false, isOpen(tags.consumer));
  for (const { isOdd, isLate, states } of letters) {
    const ended = fate(states[0]);
    if (isLate) see("closePublisher", `${name}, publish after close`, "rejected", ended);
    else if (isOdd)
      see("json", `${name}, publish of what JSON cannot hold`, "rejected", ended);
    else see("resolves", `${name}, publish is pending`, false, ended === "pending");
  }
}

function arrived(shop: Shop) {
  return shop.place.broker.published.filter(({ line }) => line === shop.line);
}

/** What the broker's book says of a publish. */
function outcome(shop: Shop, number: number): string {
  const answer = arrived(shop)[number]?.answer;
  if (shop.told.has(number + 1)) {
    if (answer === "refused") return "rejected";
    return answer === "returned" && shop.mandatory ? "UnroutableError" : "resolved";
  }
  return shop.isOver || shop.channelGone ? "rejected" : "pending";
}

function ruleOf(shop: Shop, number: number, due: string): Rule {
  if (due === "UnroutableError") return "unroutable";
  if (due === "rejected") return shop.told.has(number + 1) ? "refused" : "cut";
  if (due === "resolved" && arrived(shop)[number]?.answer === "returned")
    return "without";
  if (due === "resolved" && shop.mandatory) return "among";
  return "resolves";
}

function closingRule(shop: Shop, otherwise: Rule): Rule {
  if (shop.isBlocked) return "closeBlocked";
  return shop.isOver ? "closeCut" : otherwise;
}

function lookAtClosing(shop: Shop, at: string): void {
  const { tags, line } = shop;
  const { see } = shop.place;
  const tell = (who: "publisher" | "consumer", rule: Rule, one: Closing) => {
    const due = one.isDue ? "resolved" : "pending";
    see(closingRule(shop, rule), `${at}, the ${who}'s close`, due, fate(one.states[0]));
  };
  const isEnded = shop.isOver || shop.isBlocked;
  for (const one of shop.closing.publisher ?? []) {
    one.isDue ||= isEnded || shop.closedWhileBlocked || !shop.isHeld || shop.channelGone;
    one.isDue ||= line.closed.has(tags.publisher);
    tell("publisher", "closePublisher", one);
  }
  const open = shop.jobs.filter(({ ended }) => ended === undefined);
  // Who did not wait for the answer to `cancel` may not know of what came after the block.
  const isLeftOpen = shop.cameLate || open.some(({ isLate }) => isLate);
  for (const one of shop.closing.consumer ?? []) {
    const isFree = isEnded || !shop.isHeld || shop.consumerChannelGone;
    one.isDue ||= open.length === 0 && (isFree || line.closed.has(tags.consumer));
    if (one.isDue || !isLeftOpen) tell("consumer", "closeConsumer", one);
  }
}

function lookAtWork(shop: Shop, at: string, shops: readonly Shop[]): void {
  const { see, broker, step } = shop.place;
  const mine = broker.inHand().filter(({ channel }) => channel.line === shop.line);
  const open = shop.jobs.filter(({ ended }) => ended === undefined);
  const isCalm = !shop.isHeld && !shop.isBlocked && !shop.cameLate;
  if (isCalm && !shop.isOver && !shop.consumerGone) {
    const rule = shop.closing.consumer ? "cancel" : "acknowledged";
    const ids = mine.map(({ message }) => message.properties.messageId);
    const due = open.map(({ id }) => id).sort();
    see(rule, `${at}, in hand for the broker`, due, ids.sort());
    const ended = shop.jobs.length - open.length;
    // Step 7 is where work may fail.
    const refusals = step < 7 ? [] : ["BasicReject", "BasicNack"];
    const answers = times(shop.line, "BasicAck", ...refusals);
    see("acknowledged", `${at}, events that the broker may forget`, ended, answers);
  }
  const isTaking = broker.queues
    .get(shop.queue)
    ?.consumers.some(({ channel }) => channel.line === shop.line);
  if (shop.closing.consumer && !shop.isBlocked && !shop.cameLate)
    see("closeConsumer", `${at}, takes more events`, false, isTaking ?? false);
  const isWithin = mine.length <= shop.prefetch;
  see("prefetch", `${at}, in hand within the prefetch`, true, isWithin);
  const isFree = isCalm && !shop.isOver && !shop.consumerGone && !shop.closing.consumer;
  if (isFree && broker.waiting(shop.queue).length > 0)
    see("prefetch", `${at}, in hand while others wait`, shop.prefetch, mine.length);
  if (step < 7) return;
  see("onError", `${at}, onError is called with`, [...shop.failures], [...shop.errors]);
  const losses = shop.consumerGone ? ["an Error that says why"] : [];
  // Whether what ends while the consumer closes is a loss is left open.
  const mayHear = shop.isOver || shop.consumerChannelGone || shop.hearsLate;
  if (!shop.closing.consumer || !mayHear)
    see("onLost", `${at}, onLost is called with`, losses, [...shop.lost]);
  if (shops.some((one) => one.isHeld || one.isBlocked || one.cameLate)) return;
  const sharers = shops.filter((one) => one.queue === shop.queue);
  const ended = (how: Job["ended"]) =>
    sharers.flatMap((one) => one.jobs).filter((one) => one.ended === how).length;
  const deadLetters = shop.queue === queue ? dead : `${shop.queue}.dead`;
  see("dead", `${at}, dead letters`, ended("failed"), broker.waiting(deadLetters).length);
}

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import { OrderBoard } from "#lesson/07-webhook/order-event.ts";
import { type OrderNews, type Status, statuses } from "../given/order-events.ts";

export const RULES = {
  later: "`note` keeps a status that is later than the known one, and returns true",
  earlier: "the same status again, or an earlier one, changes nothing and returns false",
  apart: "each order and each board has statuses of its own",
};

test(`step 4 · ${RULES.later}`, () => {
  const board = new OrderBoard();
  const note = (status: Status) => board.note({ orderId: 777, status });
  const news = { created: note("created"), shipped: note("shipped") };
  assert.deepEqual(
    { ...news, "in the end": board.statusOf(777) },
    { created: true, shipped: true, "in the end": "shipped" },
  );
});

type News = OrderNews & { board: number };

/** Notes everything on two boards, and looks at every order after each of them. */
function play(day: News[], makeBoard: () => Pick<OrderBoard, "note" | "statusOf">) {
  const boards = [makeBoard(), makeBoard()];
  const seen: Observation[] = [];
  day.forEach(({ board, ...news }, at) => {
    const before = boards[board]?.statusOf(news.orderId);
    const isLater =
      before === undefined || statuses.indexOf(before) < statuses.indexOf(news.status);
    const rule = isLater ? RULES.later : RULES.earlier;
    const what = `note number ${at + 1} returns`;
    seen.push({ rule, what, value: boards[board]?.note(news) });
    for (const orderId of ORDERS) {
      const own = orderId === news.orderId ? rule : RULES.apart;
      boards.forEach((each, number) => {
        const who = `after that, order ${orderId} on board ${number + 1} is`;
        seen.push({ rule: own, what: who, value: each.statusOf(orderId) });
      });
    }
  });
  return seen;
}

const ORDERS = [1, 2, Number.MAX_SAFE_INTEGER];

/** The model: a list of all news, in which the latest status is looked for. */
function slowBoard() {
  const all: OrderNews[] = [];
  const statusOf = (orderId: number) =>
    [...statuses]
      .reverse()
      .find((status) =>
        all.some((one) => one.orderId === orderId && one.status === status),
      );
  return {
    statusOf,
    note(news: OrderNews) {
      const before = statusOf(news.orderId);
      all.push(news);
      return statusOf(news.orderId) !== before;
    },
  };
}

const news = fc.record({
  board: fc.constantFrom(0, 0, 1),
  orderId: fc.constantFrom(...ORDERS),
  status: fc.constantFrom(...statuses),
});

checkDays<News[]>(4, [RULES.earlier, RULES.apart], {
  day: fc.array(news, { minLength: 1, maxLength: 12 }),
  play: (day) => play(day, () => new OrderBoard()),
  model: (day) => play(day, slowBoard),
  story: (day) =>
    day.map(
      ({ board, orderId, status }) =>
        `order ${orderId} is ${status}, on board ${board + 1}`,
    ),
  rule: (_day, seen) => seen ?? RULES.later,
});

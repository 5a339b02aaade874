import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import { OrderBoard } from "#lesson/07-webhook/order-event.ts";
import { type OrderNews, type Status, statuses } from "../given/order-events.ts";
import { logarithmic } from "./desk.ts";

const RULES = {
  later: "`note` keeps a status that is later than the known one, and returns true",
  earlier: "the same status again, or an earlier one, changes nothing and returns false",
  apart: "each order and each board has statuses of its own",
};
/** Far from each other, or so near that whoever rounds them takes two for one. */
const ORDERS = [1, 2 ** 24, 2 ** 32, 1e9, 2 ** 53 - 2].flatMap((one) => [one, one + 1]);

type News = OrderNews & { board: number; others: number };
type Board = Pick<OrderBoard, "note" | "statusOf">;

/** Notes everything on two boards, and looks at every order after each of them. */
function play(day: News[], makeBoard: () => Board): Observation[] {
  const boards = [makeBoard(), makeBoard()];
  return day.flatMap(({ board, orderId, status, others }, at) => {
    const value = boards[board]?.note({ orderId, status });
    for (let order = 100; order < 100 + others; order++)
      boards[board]?.note({ orderId: order, status });
    const rule = value ? RULES.later : RULES.earlier;
    const all = ORDERS.flatMap((order) =>
      boards.map((each, number) => ({
        rule: order === orderId && number === board ? rule : RULES.apart,
        what: `after that, order ${order} on board ${number + 1} is`,
        value: each.statusOf(order),
      })),
    );
    return [{ rule, what: `note number ${at + 1} returns`, value }, ...all];
  });
}

/** The model: a list of all news, in which the latest status is looked for. */
function slowBoard(): Board {
  const all: OrderNews[] = [];
  const statusOf = (orderId: number): Status | undefined =>
    statuses.findLast((status) =>
      all.some((one) => one.orderId === orderId && one.status === status),
    );
  return {
    statusOf,
    note(news) {
      // Nobody will ask for the others.
      if (!ORDERS.includes(news.orderId)) return true;
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
  others: logarithmic(10_000),
});

checkDays(4, Object.values(RULES), {
  day: fc.array<News>(news, { minLength: 1, maxLength: 12 }),
  play: (day) => play(day, () => new OrderBoard()),
  model: (day) => play(day, slowBoard),
  story: (day) =>
    day.map(
      ({ board, orderId, status, others }) =>
        `order ${orderId} is ${status}, on board ${board + 1}${others > 0 ? `, and so are others: ${others}` : ""}`,
    ),
  rule: (_day, seen) => seen ?? RULES.later,
});

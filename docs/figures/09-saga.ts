import { box, chip, edge, port, rect, text } from "./drawing.ts";
import {
  choice,
  type Figure,
  type Layout,
  type Scene,
  type Settings,
  switches,
} from "./figure.ts";
import { saga as sagaWords } from "./words.ts";

type Words = typeof sagaWords.en;
type Code = Pick<typeof import("#lesson/09-saga/orchestrator.ts"), "Orchestrator"> &
  Pick<typeof import("#given/09-saga/given/journal.ts"), "MemoryJournal"> &
  Pick<typeof import("#given/09-saga/further/network.ts"), "Network"> &
  Pick<typeof import("#given/09-saga/given/process.ts"), "orderProcess"> &
  Pick<typeof import("#given/09-saga/further/shop.ts"), "Shop"> &
  Pick<typeof import("#given/09-saga/further/virtual-time.ts"), "VirtualTime">;
type SagaEvent = import("#given/09-saga/given/process.ts").SagaEvent;
type Fault = import("#given/09-saga/further/network.ts").Fault;

type Status = "asked" | "done" | "refused" | "unanswered";

interface State {
  lines: number;
  /** What became of each action, and of each compensation. */
  forward: Readonly<Record<number, Status>>;
  back: Readonly<Record<number, Status>>;
  end?: string;
}

const steps = [0, 1, 2, 3, 4];
const PIVOT = 2;
const switchOf = (step: number) => `step${step}`;
const order = { id: "order-15", item: "a teapot", cents: 2_500 };
const marks = { asked: "…", done: "✓", refused: "✗", unanswered: "?" } as const;

const places = {
  wide: {
    orchestrator: rect(245, 6, 190, 62),
    card: (step: number) => rect(4 + step * 138, 122, 120, 112),
    action: (step: number) => rect(9 + step * 138, 154, 110, 30),
    compensation: (step: number) => rect(9 + step * 138, 196, 110, 30),
  },
  narrow: {
    orchestrator: rect(84, 4, 190, 52),
    card: (step: number) => rect(26, 66 + step * 64 + (step > PIVOT ? 18 : 0), 290, 58),
    action: (step: number) => rect(36, 90 + step * 64 + (step > PIVOT ? 18 : 0), 140, 27),
    compensation: (step: number) => rect(190, 90 + step * 64, 116, 27),
  },
};

export const figure: Figure<State, Code, Words> = {
  lesson: "09-saga",
  code: {
    Orchestrator: "#lesson/09-saga/orchestrator.ts",
    MemoryJournal: "#given/09-saga/given/journal.ts",
    Network: "#given/09-saga/further/network.ts",
    orderProcess: "#given/09-saga/given/process.ts",
    Shop: "#given/09-saga/further/shop.ts",
    VirtualTime: "#given/09-saga/further/virtual-time.ts",
  },
  words: sagaWords,
  controls: [
    ...switches("fails", steps.map(switchOf), [switchOf(PIVOT)]),
    choice("how", ["refused", "command lost", "answer lost"]),
  ],
  initial: { lines: 0, forward: {}, back: {} },
  heights: { wide: 262, narrow: 404 },

  draw(state, layout, words) {
    const { orchestrator } = places[layout];
    const lines = [words.journal(state.lines), ...(state.end ? [state.end] : [])];
    return [
      ...steps.map((step) => card(state, step, layout, words)),
      pivot(layout, words),
      box(orchestrator, words.orchestrator, lines, "strong"),
    ].join("");
  },

  open(code, words) {
    return {
      async *go(settings) {
        yield* await tell(code, words, settings);
      },
    };
  },
};

function card(state: State, step: number, layout: Layout, words: Words): string {
  const place = places[layout];
  const area = place.card(step);
  const wide = layout === "wide";
  const ask = wide
    ? edge(`ask-${step}`, port(place.orchestrator, "bottom"), port(area, "top"))
    : edge(
        `ask-${step}`,
        port(place.orchestrator, "left"),
        port(area, "left"),
        "",
        [78, 20],
      );
  const name = words.participants[step] ?? "";
  const title = text(area.x + area.w / 2, area.y + (wide ? 21 : 17), name, "title");
  const frame = `<g class="box card"><rect x="${area.x}" y="${area.y}" width="${area.w}" height="${area.h}" rx="9"/>${title}</g>`;
  const back = state.back[step];
  const forward = state.forward[step];
  const action = chip(
    place.action(step),
    marked(words.actions[step], forward),
    back === "done" ? "off" : lookOf(forward),
  );
  const compensation =
    step > PIVOT
      ? ""
      : chip(
          place.compensation(step),
          marked(words.compensations[step], back),
          lookOf(back),
        );
  return `${ask}${frame}<g class="steps">${action}${compensation}</g>`;
}

function marked(words: string | undefined, status: Status | undefined): string {
  return status ? `${words} ${marks[status]}` : `${words}`;
}

function lookOf(status: Status | undefined) {
  if (status === "done") return "good";
  if (status === "asked") return "lit";
  return status ? "bad" : "plain";
}

function pivot(layout: Layout, words: Words): string {
  const after = places[layout].card(PIVOT + 1);
  return layout === "wide"
    ? `<path class="pivot" d="M${after.x - 9} 112V240"/>${text(after.x - 9, 256, words.pivot, "note")}`
    : `<path class="pivot" d="M26 ${after.y - 13}H80M252 ${after.y - 13}H316"/>${text(166, after.y - 9, words.pivot, "note")}`;
}

/** Leads one saga to its end, and tells what was written in its journal on the way. */
async function tell(
  { Orchestrator, MemoryJournal, Network, orderProcess, Shop, VirtualTime }: Code,
  words: Words,
  settings: Settings,
): Promise<Scene<State>[]> {
  const fault = settings.how as Fault;
  const troubles = orderProcess.steps
    .map(({ action }) => ({ command: action, fault }))
    .filter((_, step) => settings[switchOf(step)]);
  const time = new VirtualTime();
  const shop = new Shop();
  const network = new Network((command) => shop.handle(command), time.timer, troubles);
  const journal = new MemoryJournal();
  const orchestrator = new Orchestrator({
    process: orderProcess,
    journal,
    send: network.send,
    timer: time.timer,
    clock: time.clock,
    alarm: () => {},
  });
  await time.until(orchestrator.start(order));

  let state: State = { lines: 0, forward: {}, back: {} };
  return journal.of(order.id).map((event) => {
    state = after(state, event);
    return { state, say: sentence(event, words), flights: flightsOf(event) };
  });
}

function after(state: State, { name, data }: SagaEvent): State {
  const next = { ...state, lines: state.lines + 1 };
  if (data.kind === "ended") return { ...next, end: name };
  if (data.kind === "started") return next;
  const status = data.kind === "requested" ? "asked" : data.kind;
  return { ...next, [data.way]: { ...state[data.way], [data.step]: status } };
}

function sentence({ name, data }: SagaEvent, words: Words): string {
  if (data.kind === "started") return words.started(data.order.item);
  if (data.kind === "ended") return words.ends[name] ?? name;
  const who = words.participants[data.step] ?? "";
  const { kind, command, attempt, way, reason = "" } = data;
  if (kind === "done") return words.done(who, name);
  if (kind === "refused") return words.refused(who);
  if (kind === "unanswered") return words.unanswered(who, reason);
  if (way === "back" && attempt === 1) return words.asksBack(who, command);
  return words.asks(who, command, attempt);
}

function flightsOf({ data }: SagaEvent): string[] {
  if (data.kind === "requested") return [`ask-${data.step}`];
  return data.kind === "done" || data.kind === "refused" ? [`-ask-${data.step}`] : [];
}

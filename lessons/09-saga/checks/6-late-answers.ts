import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import {
  causes,
  names,
  openShop,
  processWith,
  reasonOf,
  slowJournal,
  teapot,
} from "./desk.ts";

test("step 6 · a late reply is written down, with its reason, caused by its own request", async () => {
  for (const fault of ["answer very late", "refused too late"] as const) {
    const { journal, time, common } = openShop({
      troubles: [{ command: "reserve the money", fault }],
    });
    const process = processWith({ attempts: 2 });
    const end = await time.until(new Orchestrator({ ...common, process }).start(teapot));
    await time.untilQuiet();
    const late = fault === "answer very late" ? "money.reserved" : "command.refused";
    const replies = journal.of(teapot.id).filter(({ name }) => name === late);
    assert.deepEqual(
      {
        end,
        replies: causes(journal).filter((line) => line.startsWith(late)),
        reasons: replies.map((reply) => reasonOf(reply) || "none"),
      },
      {
        end: "saga.cancelled",
        replies: [
          `${late} ← reserve the money, attempt 1`,
          `${late} ← reserve the money, attempt 2`,
        ],
        reasons: Array(2).fill(fault === "answer very late" ? "none" : "says no"),
      },
    );
  }
  // One that comes in a pause is the newest event by the time of the next request.
  const { journal, time, network, common } = openShop();
  const send = async (command: Command) => {
    const reply = await network.send(command);
    if (command.name === "place the order")
      await new Promise<void>((resume) => void time.timer(500, resume));
    return reply;
  };
  const process = processWith({ timeLimit: 50, pause: 1_000 });
  await time.until(new Orchestrator({ ...common, process, send }).start(teapot));
  const lines = causes(journal);
  const behind = lines[lines.indexOf("order.placed ← place the order, attempt 1") + 1];
  const cause = behind?.replace(/.* ← /, "");
  assert.deepEqual({ behind: cause }, { behind: "order.placed" });
});

test("step 6 · a `send` that rejects late changes nothing", async () => {
  const { journal, time, common } = openShop({
    troubles: [{ command: "place the order", fault: "error late", times: 2 }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  await time.untilQuiet();
  assert.deepEqual(
    { end, lines: causes(journal).slice(1, 7) },
    {
      end: "saga.completed",
      lines: [
        "place the order, attempt 1 ← saga.started",
        "step.unanswered ← place the order, attempt 1",
        "place the order, attempt 2 ← step.unanswered",
        "step.unanswered ← place the order, attempt 2",
        "place the order, attempt 3 ← step.unanswered",
        "order.placed ← place the order, attempt 3",
      ],
    },
  );
});

test("step 6 · a late reply that cannot be stored is let go", async () => {
  const { time, common } = openShop({
    troubles: [{ command: "reserve the money", fault: "answer very late", times: 1 }],
  });
  let full = false;
  const { stored, slow } = slowJournal(() => full);
  const end = await time.until(
    new Orchestrator({ ...common, journal: slow }).start(teapot),
  );
  full = true;
  await time.untilQuiet();
  await new Promise(setImmediate);
  assert.deepEqual(
    { end, newestInTheJournal: names(stored).at(-1) },
    { end: "saga.completed", newestInTheJournal: "saga.completed" },
  );
});

anyDay(6);

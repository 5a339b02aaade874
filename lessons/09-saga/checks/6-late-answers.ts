import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, openShop, teapot } from "./desk.ts";

/** The first answer of all comes when the saga has ended; the journal may be full by then. */
async function lateAnswer(outcome: "done" | "refused", isFull: boolean) {
  let late = false;
  const { time, stored, sent, common } = openShop(() => isFull && late);
  const send = async (command: Command) => {
    const reply = await common.send(command);
    if (sent.length > 1) return reply;
    await new Promise<void>((resume) => void time.timer(90_000, resume));
    late = true;
    return { name: "order.late", outcome, reason: "late" };
  };
  const end = await time.until(new Orchestrator({ ...common, send }).start(teapot));
  await time.untilQuiet();
  await new Promise(setImmediate);
  const events = stored.of(teapot.id);
  const newest = events.at(-1);
  const cause = events.findIndex(({ id }) => id === newest?.data.causationId);
  return { end, newest: newest && called(newest), becauseOfLine: cause + 1 };
}

test("step 6 · a late reply is written down, with its reason, caused by its own request", async () => {
  assert.deepEqual(await lateAnswer("done", false), {
    end: "saga.completed",
    newest: "order.late",
    becauseOfLine: 2,
  });
});

test("step 6 · a late reply that cannot be stored is let go", async () => {
  for (const outcome of ["done", "refused"] as const) {
    const { end, newest } = await lateAnswer(outcome, true);
    assert.deepEqual(
      { end, newest },
      { end: "saga.completed", newest: "saga.completed" },
    );
  }
});

anyDay(6, "lateError");

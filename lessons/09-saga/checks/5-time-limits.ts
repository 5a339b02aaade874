import assert from "node:assert/strict";
import { test } from "node:test";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, openShop, orNone, teapot } from "./desk.ts";

/** Nobody answers. */
async function silence() {
  const { time, stored, common } = openShop();
  const send = () => new Promise<never>(() => {});
  await time.until(new Orchestrator({ ...common, send }).start(teapot));
  return stored.of(teapot.id).slice(1, 7);
}

test("step 5 · after the time limit, `step.unanswered` is written, caused by the request", async () => {
  const [request, unanswered] = await silence();
  assert.deepEqual(
    {
      name: unanswered?.name,
      at: unanswered?.timestamp,
      isCausedByTheRequest: unanswered?.data.causationId === request?.id,
    },
    { name: "step.unanswered", at: 1_000, isCausedByTheRequest: true },
  );
});

test("step 5 · a second attempt waits for the pause, each further one twice as long", async () => {
  const lines = await silence();
  assert.deepEqual(
    lines.map((event) => `${called(event)} at ${event.timestamp}`),
    [
      "place the order, attempt 1 at 0",
      "step.unanswered at 1000",
      "place the order, attempt 2 at 1100",
      "step.unanswered at 2100",
      "place the order, attempt 3 at 2300",
      "step.unanswered at 3300",
    ],
  );
});

test("step 5 · a request or a reply that cannot be stored is not a silence: `start` rejects", async () => {
  for (const kind of ["requested", "done"]) {
    let failures = 1;
    const { time, stored, common } = openShop(
      ({ data }) => data.kind === kind && failures-- > 0,
    );
    const start = await time.until(orNone(new Orchestrator(common).start(teapot)));
    const timersStillSet = time.waiting;
    await time.untilQuiet();
    const silences = stored
      .of(teapot.id)
      .filter(({ data }) => data.kind === "unanswered");
    assert.deepEqual(
      { notStored: kind, start, silences, timersStillSet },
      { notStored: kind, start: undefined, silences: [], timersStillSet: 0 },
    );
  }
});

anyDay(5, "broken", "nonsense", "timer");

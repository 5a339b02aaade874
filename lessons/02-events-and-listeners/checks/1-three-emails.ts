import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import {
  ann,
  bob,
  deleted,
  emailSender,
  namedIn,
  order,
  ordered,
  registered,
} from "./desk.ts";

test("step 1 · `welcome` sends one email to the new user's address, with their name", async () => {
  const { sender, emails } = emailSender();
  await Promise.all([
    sender.welcome(ann, registered()),
    sender.welcome(bob, registered(bob)),
  ]);
  assert.deepEqual(
    emails.map((email) => `${email.to} ${namedIn(email, ["Ann", "Bob"])}`).sort(),
    ["ann@example.com Ann", "bob@example.com Bob"],
  );
});

test("step 1 · `confirmOrder` sends one email to the order's address, with its number and total", async () => {
  const large = { "90071992547409.01 UAH": 9_007_199_254_740_901 };
  const totals = { "125.50 UAH": 125_50, "0.05 UAH": 5, ...large };
  for (const [printed, total] of Object.entries(totals)) {
    const { sender, emails } = emailSender();
    const bought = { ...order, total };
    await sender.confirmOrder(bought, ordered(bought));
    const [email] = emails;
    assert.deepEqual(
      { emails: emails.length, to: email?.to, names: namedIn(email, ["41", printed]) },
      { emails: 1, to: "ann@example.com", names: ["41", printed] },
    );
  }
});

test("step 1 · the three emails have three different subjects", async () => {
  const { sender, emails } = emailSender();
  await sender.welcome(ann, registered());
  await sender.confirmOrder(order, ordered());
  await sender.sayGoodbye(ann, deleted());
  const subjects = new Set(emails.map(({ subject }) => subject));
  assert.deepEqual({ "different subjects": subjects.size }, { "different subjects": 3 });
});

anyDay(1, "goodbye", "fails");

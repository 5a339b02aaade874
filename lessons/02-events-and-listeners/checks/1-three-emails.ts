import assert from "node:assert/strict";
import { test } from "node:test";
import { catchEscaped } from "#any-day";
import { anyDay } from "./any-day.ts";
import {
  ann,
  bob,
  deleted,
  emailSender,
  failureOf,
  namedIn,
  namedTo,
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
  assert.deepEqual(namedTo(emails, ["Ann", "Bob"]), [
    "ann@example.com: Ann",
    "bob@example.com: Bob",
  ]);
});

test("step 1 · `confirmOrder` sends one email to the order's address, with the order's number", async () => {
  const { sender, emails } = emailSender();
  const next = { ...order, orderId: 42, email: "office@example.com" };
  await Promise.all([
    sender.confirmOrder(order, ordered()),
    sender.confirmOrder(next, ordered(next)),
  ]);
  assert.deepEqual(namedTo(emails, ["41", "42"]), [
    "ann@example.com: 41",
    "office@example.com: 42",
  ]);
});

test("step 1 · `confirmOrder` writes the total as `formatMoney` prints it, whatever the amount", async () => {
  const amounts = {
    12550: "125.50 UAH",
    5: "0.05 UAH",
    0: "0.00 UAH",
    45000: "450.00 UAH",
    123456789: "1234567.89 UAH",
    300000000000: "3000000000.00 UAH",
  };
  for (const [total, printed] of Object.entries(amounts)) {
    const { sender, emails } = emailSender();
    const bought = { ...order, total: Number(total) };
    await sender.confirmOrder(bought, ordered(bought));
    const [email] = emails;
    const title = `the email about ${total} kopiykas`;
    const isRight = namedIn(email, [printed]).length > 0;
    const text = `${email?.subject}\n${email?.text}`;
    assert.deepEqual(
      { [title]: isRight ? `says ${printed}` : text },
      { [title]: `says ${printed}` },
    );
  }
});

test("step 1 · `sayGoodbye` sends one email to the address of the user who left, with their name", async () => {
  const { sender, emails } = emailSender();
  await Promise.all([
    sender.sayGoodbye(ann, deleted()),
    sender.sayGoodbye(bob, deleted(bob)),
  ]);
  assert.deepEqual(namedTo(emails, ["Ann", "Bob"]), [
    "ann@example.com: Ann",
    "bob@example.com: Bob",
  ]);
});

test("step 1 · the three emails have three different subjects", async () => {
  const { sender, emails } = emailSender();
  await sender.welcome(ann, registered());
  await sender.confirmOrder(order, ordered());
  await sender.sayGoodbye(ann, deleted());
  const [welcome, confirmOrder, sayGoodbye] = emails.map(({ subject }) => subject);
  const subjects = { welcome, confirmOrder, sayGoodbye };
  const differ = (one: unknown, other: unknown) =>
    one === other ? `both ${one}` : "two subjects";
  assert.deepEqual(
    {
      "welcome and confirmOrder": differ(subjects.welcome, subjects.confirmOrder),
      "welcome and sayGoodbye": differ(subjects.welcome, subjects.sayGoodbye),
      "confirmOrder and sayGoodbye": differ(subjects.confirmOrder, subjects.sayGoodbye),
    },
    {
      "welcome and confirmOrder": "two subjects",
      "welcome and sayGoodbye": "two subjects",
      "confirmOrder and sayGoodbye": "two subjects",
    },
  );
});

test("step 1 · when `sendEmail` throws or rejects, the listener throws or rejects with the same error", () =>
  catchEscaped(async () => {
    const down = Object.freeze(new Error("the mail server is down"));
    const throwing = emailSender(() => {
      throw down;
    });
    const rejecting = emailSender(() => Promise.reject(down));
    for (const { sender } of [throwing, rejecting]) {
      const failures = {
        welcome: await failureOf(() => sender.welcome(ann, registered())),
        confirmOrder: await failureOf(() => sender.confirmOrder(order, ordered())),
        sayGoodbye: await failureOf(() => sender.sayGoodbye(ann, deleted())),
      };
      assert.deepEqual(failures, { welcome: down, confirmOrder: down, sayGoodbye: down });
    }
  }));

anyDay(1);

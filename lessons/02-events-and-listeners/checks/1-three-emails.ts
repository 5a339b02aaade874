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

test("step 1 · the three emails have three different subjects", async () => {
  const { sender, emails } = emailSender();
  const user = { ...ann, name: "Ann Maria ".repeat(30) };
  await sender.welcome(user, registered(user));
  await sender.confirmOrder(order, ordered());
  await sender.sayGoodbye(user, deleted(user));
  const subjects = new Set(emails.map(({ subject }) => subject));
  assert.deepEqual({ "different subjects": subjects.size }, { "different subjects": 3 });
});

anyDay(1, "confirmOrder", "sayGoodbye", "fails");

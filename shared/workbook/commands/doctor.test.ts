import assert from "node:assert/strict";
import { test } from "node:test";
import { TrialCourse } from "../trial-course.ts";

test("the doctor names everything that a lesson may need", async () => {
  using course = new TrialCourse();
  const { status, output } = await course.lesson("doctor");
  for (const name of [
    "Node",
    "Packages",
    "Write access",
    "RabbitMQ running",
    "rabbitmq-server",
    "Docker engine",
  ]) {
    assert.match(output, new RegExp(`^${name} +(found|not found)$`, "m"));
  }
  assert.equal(status, 0);
});

test("the doctor prints no password, of a URL that is right or wrong", async () => {
  using course = new TrialCourse();
  for (const password of ["secret", "#secret", "secret%"]) {
    const AMQP_URL = `amqp://shop:${password}@127.0.0.1:1`;
    const { output } = await course.lessonWith({ AMQP_URL }, "doctor");
    assert.match(output, /^RabbitMQ running +not found\n +AMQP_URL /m);
    assert.doesNotMatch(output, /secret/);
  }
});

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  existsSync,
  readFileSync,
  statSync,
  unwatchFile,
  utimesSync,
  watchFile,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { greeter, reader, TrialCourse } from "../trial-course.ts";

const file = "work/01-greeter/greeter.ts";

test("watch shows a new card at every save, and Ctrl-C leaves nothing behind", async () => {
  using course = new TrialCourse();
  const child = await course.start(["1", "watch"]);
  const until = reader(child);
  assert.doesNotMatch(await until(/The same in the explanation: http.*\n/), /Step/);
  assert.match(await until(/Waiting for a change/), /Step 1 of 3/);
  course.solve({ 1: greeter[1] });
  assert.match(await until(/Waiting for a change/), /Step 2 of 3/);
  course.solve();
  assert.match(await until(/Waiting for a change/), /Built: a greeter/);
  child.kill("SIGINT");
  await once(child, "close");
});

test("what came out is not shown where a newer check waits", async () => {
  using course = new TrialCourse();
  const child = await course.start(["1", "watch"]);
  const until = reader(child);
  await until(/Waiting for a change/);
  const gate = join(course.root, "work", "gate");
  course.solve({
    1: `writeFileSync(${JSON.stringify(`${gate}-seen`)}, "seen\\n");
    while (!existsSync(${JSON.stringify(gate)}));`,
  });
  course.change(
    file,
    "import",
    'import { existsSync, writeFileSync } from "node:fs";\nimport',
  );
  await written(`${gate}-seen`);
  course.solve();
  // It asks for the file's time four times as often.
  const path = join(course.root, file);
  let { mtimeMs } = statSync(path);
  await new Promise<void>((seen) => {
    // A change before the first look would never be seen.
    const touch = setInterval(() => {
      mtimeMs += 1;
      utimesSync(path, new Date(), new Date(mtimeMs));
    }, 100);
    watchFile(path, { interval: 1000 }, () => {
      clearInterval(touch);
      seen();
    });
  });
  unwatchFile(path);
  course.write("work/gate", "");
  assert.doesNotMatch(await until(/Waiting for a change/), /Step 1/);
  child.kill("SIGINT");
  await once(child, "close");
});

// There, Ctrl-C reaches all processes of a terminal by itself.
const skip = process.platform === "win32" && "Windows has no signals";

test("Ctrl-C while the code loops for ever ends the loop too", { skip }, async () => {
  using course = new TrialCourse();
  course.solve({
    1: 'writeFileSync(new URL("../pid", import.meta.url), process.pid + "\\n");\n  for (;;);',
  });
  course.change(file, "import", 'import { writeFileSync } from "node:fs";\nimport');
  const child = await course.start(["1", "watch"]);
  const ended = once(child, "close");
  const pid = Number(await written(join(course.root, "work", "pid")));
  process.kill(pid, 0);
  child.kill("SIGINT");
  await ended;
  while (isAlive(pid)) await pause(10);
});

test("a part that is stopped may finish what it has in hand", { skip }, async () => {
  using course = new TrialCourse();
  course.write(
    "lessons/02-counter/parts/worker.ts",
    `const work = setInterval(() => {}, 1000);
    process.once("SIGINT", () => {
      clearInterval(work);
      setImmediate(() => console.log("finished"));
    });
    console.log("working");`,
  );
  const child = await course.start(["2", "worker"]);
  const until = reader(child);
  await until(/working\n/);
  child.kill("SIGINT");
  assert.equal(await until(/finished\n/), "finished\n");
  assert.equal((await once(child, "close"))[0], 130);
});

/** Waits until a file holds a whole line. */
async function written(path: string): Promise<string> {
  let text = "";
  while (!text.endsWith("\n")) {
    await pause(10);
    text = existsSync(path) ? readFileSync(path, "utf8") : "";
  }
  return text;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

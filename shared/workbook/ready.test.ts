import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

test("before the install, one sentence says so, and how to install", () => {
  const folder = mkdtempSync(join(tmpdir(), "workbook-ready-"));
  try {
    for (const file of ["ready.mjs", "start.mjs"])
      cpSync(join(import.meta.dirname, file), join(folder, file));
    for (const file of ["ready.mjs", "start.mjs"]) {
      const { status, stderr } = spawnSync(process.execPath, [join(folder, file)], {
        encoding: "utf8",
      });
      assert.equal(
        stderr,
        "The workbook is not installed yet.\nInstall it with: npm ci\n",
      );
      assert.equal(status, 1);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a command that needs a package or the reference answers says which one is not there", () => {
  const trials = join(import.meta.dirname, "../../.trial");
  mkdirSync(trials, { recursive: true });
  const root = mkdtempSync(join(trials, "ready-"));
  const folder = join(root, "shared", "workbook");
  try {
    for (const each of [folder, "lessons/01-greeter", "lessons/02-counter", "solutions"])
      mkdirSync(resolve(root, each), { recursive: true });
    for (const file of ["ready.mjs", "with-answers.mjs"])
      cpSync(join(import.meta.dirname, file), join(folder, file));
    const run = (...words: string[]) => {
      const args = [join(folder, "with-answers.mjs"), ...words];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      return { status, stderr };
    };
    assert.deepEqual(run("surely-no-such-package"), {
      status: 1,
      stderr:
        "The package surely-no-such-package is not installed.\nInstall it with: npm ci --include=dev\n",
    });
    mkdirSync(join(root, "solutions/01-greeter"));
    assert.deepEqual(run(), {
      status: 1,
      stderr:
        "This needs the reference answers, and solutions/02-counter is not here.\nAsk whoever gave you the course.\n",
    });
    mkdirSync(join(root, "solutions/02-counter"));
    assert.deepEqual(run("tsx"), { status: 0, stderr: "" });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("a command that takes no words, or not this one, says what there is instead", () => {
  const answers: Record<string, [number, RegExp]> = {
    "shared/bench/bench-all.ts 4": [
      1,
      /^npm run bench takes no words\. One lesson alone: /,
    ],
    "shared/course/coverage.ts help": [1, /^npm run coverage takes no words\. Your /],
    "shared/course/sync.ts 4": [1, /^npm run sync takes no words\. /],
    "shared/shop/main.ts queu": [1, /^There is no shop "queu"\. Did you mean: /],
    "shared/shop/main.ts help": [0, /npm run shop queue .*npm run shop scale /s],
    "shared/shop/main.ts --help": [0, /npm run shop queue .*npm run shop scale /s],
    "docs/main.ts help": [1, /^There is no "npm run docs help"\. Try "npm run docs"/],
  };
  const root = join(import.meta.dirname, "../..");
  for (const [typed, [expected, text]] of Object.entries(answers)) {
    const args = ["--import", "tsx", ...typed.split(" ")];
    const options = { cwd: root, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    assert.deepEqual({ typed, status }, { typed, status: expected });
    assert.match(stdout + stderr, text);
  }
});

test("every command that runs TypeScript begins with that sentence, and puts refusals into words", () => {
  const source = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(source);
  const unready = Object.entries(scripts).filter(
    ([name, command]) =>
      name !== "postinstall" &&
      command.includes("node ") &&
      !/^node shared\/workbook\/(start\.mjs$|(ready|with-answers)\.mjs ([a-z0-9.]+ )?&& )/.test(
        command,
      ),
  );
  assert.deepEqual(unready, []);
  const root = join(import.meta.dirname, "../..");
  const programs = Object.values(scripts).flatMap(
    (command) => /\S+\.ts$/.exec(command)?.[0] ?? [],
  );
  assert.ok(programs.length > 5);
  for (const file of programs)
    assert.match(readFileSync(join(root, file), "utf8"), /^tellRefusals\(\);$/m, file);
});

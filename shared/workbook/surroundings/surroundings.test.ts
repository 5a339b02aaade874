// Every command in every surrounding: it works, or says in a sentence what is missing. All pairs are
// tried with WORKBOOK_STRICT=1; `npm test` tries each surrounding with the commands that meet it in
// a way of their own.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TrialCourse } from "../trial-course.ts";
import { layOutWork } from "../work/starters.ts";

interface Surrounding {
  name: string;
  /** The commands that are tried each time. */
  always: string[];
  env?: NodeJS.ProcessEnv;
  /** Whether the commands that are always tried cannot work. */
  fails?: true;
  prepare?(course: TrialCourse): void;
}

const commands = [
  ...["", "doctor", "help", "hand-in", "constructor", "toString", "2 door"],
  ...["1", "1 test", "1 watch", "1 hint", "1 diff", "1 solution", "1 traps", "1 bench"],
  ...["1 coverage", "1 read", "1 reset"],
  ...["1 constructor", "1 __proto__", "1 test nowhere"],
];
const own = "work/01-greeter/greeter.ts";

const surroundings: Surrounding[] = [
  {
    name: "an ordinary machine",
    always: ["1 constructor", "1 __proto__", "toString"],
  },
  {
    name: "no Git, and no program on the path",
    always: ["1", "doctor"],
    env: { PATH: "" },
    prepare: (course) => course.commit("all"),
  },
  {
    name: "no reference answers",
    always: ["", "1", "1 test", "1 diff", "1 solution"],
    prepare: ({ root }) => rmSync(join(root, "solutions"), { recursive: true }),
  },
  {
    name: "no packages but those that run the course",
    always: ["1 test", "1 watch", "1 coverage", "1 diff"],
    env: withFirst("hide-packages.mjs", { NODE_ENV: "production" }),
    prepare: (course) => course.checkTypes(),
  },
  {
    name: "nowhere to write",
    always: ["", "1", "1 test", "1 watch", "hand-in", "1 reset"],
    env: withFirst("refuse.mjs", { REFUSE: "EACCES" }),
  },
  {
    name: "a disk that is full once the copies are there",
    always: ["1 test", "1 hint", "hand-in", "1 reset"],
    env: withFirst("refuse.mjs", { REFUSE: "ENOSPC" }),
    fails: true,
    prepare(course) {
      course.solve();
      course.checkTypes();
      layOutWork(undefined, course.root);
    },
  },
  {
    name: "no port to listen at",
    always: ["1 watch"],
    env: withFirst("refuse.mjs", { REFUSE: "EADDRINUSE", REFUSE_AT: "listen" }),
  },
  {
    name: "no home, no locale, a dumb and narrow terminal",
    always: ["1 test", "doctor"],
    env: {
      HOME: undefined,
      USERPROFILE: undefined,
      LC_ALL: "tr_TR",
      TERM: "dumb",
      TZ: "Pacific/Apia",
      COLUMNS: "40",
    },
  },
  {
    name: "a file of the learner in UTF-16",
    always: ["1 test", "1 diff"],
    prepare(course) {
      course.write(own, "");
      const text = `\ufeff${course.read("lessons/01-greeter/greeter.ts")}`;
      writeFileSync(join(course.root, own), Buffer.from(text, "utf16le"));
    },
  },
  {
    name: "a file of the learner with nothing in it",
    always: ["1 hint"],
    prepare: (course) => course.write(own, ""),
  },
  {
    name: "a folder in the place of the learner's file",
    always: ["", "1", "1 test", "1 reset", "hand-in"],
    prepare: ({ root }) => mkdirSync(join(root, own), { recursive: true }),
  },
  {
    name: "a link to nowhere in the place of the learner's file",
    always: ["", "1", "1 test", "1 reset"],
    prepare({ root }) {
      mkdirSync(join(root, "work", "01-greeter"), { recursive: true });
      symlinkSync("nowhere.ts", join(root, own));
    },
  },
  {
    name: "a file in the place of work/",
    always: ["", "1", "1 test"],
    prepare: (course) => course.write("work", ""),
  },
  {
    name: "torn records",
    always: ["", "1 test"],
    prepare(course) {
      course.write("work/progress.json", '{"01-greeter": {"do');
      course.write("work/.starters.json", "[]");
    },
  },
];

/** What a command reads, and one that has to. */
const places: Record<string, string> = {
  lessons: "",
  "lessons/01-greeter/README.md": "1",
  "lessons/01-greeter/greeter.test.ts": "1 test",
  "package.json": "1 test",
  "shared/bus/greeter.ts": "1 diff",
  "solutions/01-greeter/greeter.ts": "1 diff",
  "work/01-greeter": "1 reset",
  "work/01-greeter/greeter.ts": "1 hint",
  "work/comments.md": "hand-in",
  "work/progress.json": "1 hint",
  "work/.starters.json": "1 hint",
};
for (const [place, command] of Object.entries(places))
  surroundings.push({
    name: `${place} that cannot be opened`,
    always: [command],
    fails: true,
    env: withFirst("refuse.mjs", { REFUSE: "EMFILE", REFUSE_AT: place }),
    prepare(course) {
      course.solve();
      course.write("work/progress.json", "{}");
      course.write("work/comments.md", "## Why?\n");
    },
  });

const all = process.env.WORKBOOK_STRICT === "1";
for (const { name, always, env = {}, fails, prepare } of surroundings) {
  for (const command of all ? commands : always) {
    test(`npm run lesson ${command}, with ${name}`, async (t) => {
      using course = new TrialCourse();
      try {
        prepare?.(course);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
        return t.skip("Windows lets not everybody make a link");
      }
      const { status, output } = await course.lessonWith(
        env,
        ...command.split(" ").filter(Boolean),
      );
      assert.doesNotMatch(
        output,
        /^\s+at .+:\d+|node:internal|^Node\.js v/m,
        "a stack trace",
      );
      assert.doesNotMatch(
        output,
        /\bE[A-Z]{4,}\b:|Unexpected (token|end)|Cannot find/,
        "an error of others",
      );
      assert.ok(status === 0 || status === 1, `status ${status}`);
      assert.ok(status === 0 || output.trim() !== "", "it fails and says nothing");
      if (fails && always.includes(command))
        assert.equal(status, 1, "nothing is refused");
    });
  }
}

test("without the type-checker there is a card all the same", async () => {
  using course = new TrialCourse();
  course.checkTypes();
  const { output } = await course.lessonWith(
    withFirst("hide-packages.mjs", {}),
    "1",
    "test",
  );
  assert.match(output, /^Step 1 of 3/m);
});

test("a work/ that is a link out of the course is called one", async (t) => {
  using course = new TrialCourse();
  const elsewhere = mkdtempSync(join(tmpdir(), "workbook-work-"));
  t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
  // On Windows, a junction: anybody may make one.
  symlinkSync(elsewhere, join(course.root, "work"), "junction");
  const { status, output } = await course.lessonWith({}, "1", "test");
  assert.match(output, /work\/01-greeter is behind a link that leads out of the course/);
  assert.doesNotMatch(output, /Cannot find/);
  assert.equal(status, 1);
});

test("a part that plays the reference answer says where there is none", async () => {
  using course = new TrialCourse();
  rmSync(join(course.root, "solutions"), { recursive: true });
  course.write(
    "lessons/02-counter/parts/door.ts",
    'import "#lesson/02-counter/counter.ts";\n',
  );
  const { status, output } = await course.lessonWith({}, "2", "door");
  assert.match(output, /without the reference answer to lesson\s+2: ask whoever/);
  assert.equal(status, 1);
});

/** Has every process of a command load one of the files here first. */
function withFirst(file: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import ${import.meta.resolve(`./${file}`)}`, ...more };
}

/** Proves what proves the course: on a tiny course of one lesson, spoilt in one way after the other. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { ChecksRun } from "../workbook/checks/run-checks.ts";
import { makeFolder, removeStaleTrials } from "../workbook/checks/trial-folder.ts";
import { greeter } from "../workbook/trial-course.ts";
import { courseRoot, lessonIn, readText } from "../workbook/work/course.ts";
import { accountOf, listOf } from "./account.ts";
import {
  type Candidate,
  readProof,
  referenceOf,
  stageOf,
  starterOf,
} from "./candidates.ts";
import { type Change, changed, readChanges } from "./changes.ts";
import { countWords, misleading, outOfForm } from "./explanation.ts";
import { refresh, regionOf } from "./includes.ts";
import { runOn } from "./run-on.ts";
import { tryOut } from "./trial.ts";
import {
  acceptedBy,
  caught,
  nextIs,
  sameTodos,
  unsolvedIn,
  wellNamed,
} from "./verdicts.ts";

const fixtures = join(courseRoot, "shared", "workbook", "fixtures");
const textOf = (path: string) => readText(join(fixtures, path));
const solution = textOf("shared/bus/greeter.ts");
const starter = textOf("lessons/01-greeter/greeter.ts");
const checks = textOf("lessons/01-greeter/greeter.test.ts");
const demonstration = textOf("lessons/01-greeter/main.ts");
/** As long as an explanation has to be. */
const explanation = textOf("lessons/01-greeter/README.md").replace(
  "## The idea",
  `${"A greeting is a greeting. ".repeat(170)}\n\n## The idea`,
);

/** A course without fault, which most tests only try answers on. */
const { root, lesson } = makeCourse();
const reference = referenceOf(lesson, root);
const proof = readProof(lesson, root);

const greets = `return \`Hello, \${name}!\`;`;
const greetsAll = "greetings.push(greet(name));";
const returnsName = mistake(1, greets, "return name;");

for (const [what, from, to, reported] of [
  [
    "that passes untouched",
    "todo(1,",
    'return "Hello, Ada!"; void (',
    /^"step 1 · greets a customer by name" passes on the untouched starter$/,
  ],
  [
    "whose check fails for another reason than a TODO",
    "todo(1,",
    'return ""; void (',
    /"step 1 · greets a customer by name" meets no TODO .* but Assert/,
  ],
  [
    "whose check meets the TODO of a later step",
    "todo(1,",
    "todo(2,",
    /"step 1 · greets a customer by name" meets TODO 2, which comes later/,
  ],
  [
    "that lacks an export",
    "export function greetAll",
    "function greetAll",
    /the checks cannot run, import: .*greetAll/,
  ],
] as const)
  test(`a starter ${what} is reported`, async () =>
    assert.match(String(unsolvedIn(await untouchedWith(from, to))), reported));

test("a TODO that is in the proof and not in the starter is reported", async () => {
  const other = { "greeter.ts": starter.replace("greet every", "shout every") };
  const run = await untouchedWith();
  assert.match(
    String(sameTodos(proof, reference, other, run)),
    /not in the starter:\ntodo\(2, "greet every/,
  );
  const less = { ...proof, steps: proof.steps.slice(1) };
  assert.match(
    String(sameTodos(less, reference, starterOf(lesson), run)),
    /the checks have steps 1, 2, 3, the proof has 1, 2/,
  );
});

test("a stage that is not about its step is reported", async () => {
  const wrong = changed(reference, mistake(2, greetsAll, "greetings.push(name);"));
  for (const [step, stage, reported] of [
    [2, reference, /every check passes, although step 2 is not done/],
    [2, stageOf(reference, proof, 1), /"step 1 · .*" fails: TodoErr/],
    [2, wrong, /does not meet TODO 2, but/],
    [1, wrong, /step 1 is not done, but/],
  ] as const)
    assert.match(await next(step, stage), reported);
});

for (const [what, planted, reported] of [
  [
    "that another step notices",
    mistake(2, greets, "return name;"),
    /should be caught by step 2, but the first check to fail is "step 1 · greets a customer by name": AssertionError: .*\n[\s\S]*- 'Hello, Ada!'\n{1,2} {2}at .*greeter\.test\.ts:6/,
  ],
  [
    "without the form of TypeScript",
    mistake(1, greets, "return (;"),
    /the checks cannot run, syntax/,
  ],
  [
    "that lacks an export",
    mistake(1, "export function greet(", "function greet("),
    /the checks cannot run, import/,
  ],
] as const)
  test(`a mistake ${what} is reported`, async () =>
    assert.match(String(await plant(planted)), reported));

test("a mistake that never ends is caught by the check that hangs", async () => {
  const spin = mistake(2, greetsAll, "for (;;);");
  const run = await tryOut(root, lesson, changed(reference, spin), { timeLimit: 1 });
  assert.equal(caught({ ...spin, endless: true }, run), undefined);
  assert.match(String(caught(spin, run)), /hangs: mark the mistake as "\(endless\)"/);
});

test("a right answer that is refused is reported", async () => {
  const polite = changed(reference, returnsName);
  assert.match(
    String(acceptedBy(await tryOut(root, lesson, polite))),
    /refused by "step 1 ·/,
  );
});

test("checks that are badly named or out of order are reported", () => {
  const named = (...names: string[]): ChecksRun => ({
    checks: names.map((name) => ({
      name,
      step: Number(/\d+/.exec(name)?.[0] ?? 0),
      passed: true,
    })),
    printed: new Map(),
  });
  for (const [names, reported] of [
    [["opens"], /"opens" is not named "step N/],
    [["step 1 · a", "step 3 · b"], /no check of step 2/],
    [["step 1 · a", "step 2 · b", "step 1 · c"], /"step 1 · c" comes after .* step 2/],
  ] as const)
    assert.match(String(wellNamed(named(...names))), reported);
});

test("stale fences are reported with their line, and mended", async () => {
  const old = explanation.replace("console.log(group)", "console.log()");
  const { text, stale } = await refresh(old.replace("Hello, Ada!\n", "Hello!\n"), root);
  assert.equal(text, explanation);
  assert.deepEqual(
    stale.map(({ line, message }) => [line, message.split("\n")[0]]),
    [
      [lineOf("```ts"), "differs from lessons/01-greeter/main.ts#group, in its line 2"],
      [
        lineOf("```text"),
        "differs from what it prints: lessons/01-greeter/main.ts, in its line 1",
      ],
    ],
  );
});

const list = `<!-- asked by step 2 -->
- \`greetAll\` greets everybody
- a name such as \\*.\\_Ada\\_ is greeted, too
- on any day, all of this holds

So far.
`;

/** Leaves a file when it is run. */
const named = `${checks.replace("greets everybody in order", "`greetAll` greets everybody")}
for (const title of ["a name such as *._Ada_ is greeted, too", "on any day, all of this holds"])
  test(\`step \${1 + 1} · \${title}\`, () => process.exit(1));
`;

test("what a step asks is what its checks are called when they run, and none of them is run", async () => {
  const { root, lesson } = makeCourse({ "lessons/01-greeter/greeter.test.ts": named });
  const file = join(lesson.given, "README.md");
  for (const old of [
    list,
    list.replace("greets everybody", "greets all"),
    list.replace(/^- .*\n/gm, ""),
  ]) {
    const { text, stale, broken } = await refresh(old, root, file);
    assert.equal(text, list);
    assert.deepEqual(broken, []);
    assert.deepEqual(
      stale.map(({ line, message }) => [line, message.split("\n")[0]]),
      old === list
        ? []
        : [[2, "differs from what the checks of step 2 are called, in its line 1"]],
    );
  }
});

test("what nobody asks is reported with its line", async () => {
  const problem = async (step: number, file: string) => {
    const { broken } = await refresh(`\n<!-- asked by step ${step} -->\n`, root, file);
    return broken.map(({ line, message }) => `${line}: ${message}`);
  };
  assert.deepEqual(await problem(4, join(lesson.given, "README.md")), [
    '2: no check is named "step 4 · …"',
  ]);
  assert.deepEqual(await problem(1, join(root, "README.md")), [
    "2: only a lesson's explanation can say what a step asks",
  ]);
});

test("with a folder of checks, each step says what it asks: three to eight things", () => {
  const complaints = (asks: string[], folder = true) => {
    const bullets = asks.map((ask) => `- ${ask}\n`).join("");
    const { lesson } = makeCourse({
      ...(folder && { "lessons/01-greeter/checks/desk.ts": "" }),
      "lessons/01-greeter/README.md": explanation.replace(
        /### Step (\d) · .*\n\n.*\n/g,
        (found, step) =>
          `${found}\n<!-- asked by step ${step} -->\n${step === "2" ? bullets : "- a\n- b\n- c\n"}`,
      ),
    });
    return outOfForm(lesson).map(({ message }) => message);
  };
  const any = "on any day, all of this holds";
  assert.deepEqual(complaints(["a", "b", "c", any]), []);
  assert.deepEqual(complaints([], false), []);
  assert.match(
    complaints([])[0] ?? "",
    /step 2 does not say what it asks: <!-- asked by/,
  );
  assert.deepEqual(complaints(["a", "b", any]), [
    "step 2 asks for 2 things; 3 to 8 are allowed",
  ]);
  assert.deepEqual(complaints([..."abcdefghi"]), [
    "step 2 asks for 9 things; 3 to 8 are allowed",
  ]);
});

test("includes that lead nowhere are reported with their line", async () => {
  const { root } = makeCourse({
    "lessons/01-greeter/broken.ts": 'console.log("so far");\nthrow new Error("stuck");\n',
  });
  const fence = "```ts\n```\n";
  const { broken } = await refresh(
    [
      `<!-- from lessons/01-greeter/main.ts#attic -->\n${fence}`,
      `<!-- from lessons/01-greeter/attic.ts#group -->\n${fence}`,
      `<!-- output of lessons/01-greeter/broken.ts -->\n${fence}`,
      "<!-- from lessons/01-greeter/main.ts#group -->\nno fence\n",
    ].join(""),
    root,
  );
  assert.deepEqual(
    broken.map(({ line, message }) => [line, message.split("\n")[0]]),
    [
      [1, 'lessons/01-greeter/main.ts has no region "attic"'],
      [4, "there is no lessons/01-greeter/attic.ts"],
      [7, "lessons/01-greeter/broken.ts ends with 1 and prints:"],
      [10, "no fence follows this comment"],
    ],
  );
});

test("regions lose their indentation and the markers inside", () => {
  assert.equal(regionOf(demonstration, "main.ts", "inner"), "console.log(group);");
  assert.throws(() => regionOf("// #region x\n", "f", "x"), /region "x" of f has no end/);
});

test("an example of a comment is not one", async () => {
  const example = "```md\n<!-- from nowhere#attic -->\n```";
  const unchanged = { text: example, broken: [], stale: [] };
  assert.deepEqual(await refresh(example, root), unchanged);
});

test("links, commands and file names that lead nowhere are reported with their line", () => {
  const notes = `[a](main.ts) [b](attic.ts) [c](README.md#go-further)
[d](README.md#attic) ![e](../../package.json)
\`npm run lesson 1 test\` and \`npm run lesson 1 dance\`
\`npm run lesson 7\` or \`npm run attic\` or \`npm run lesson greeter\`
\`lessons/01-greeter/main.ts\` \`lessons/01-greeter/attic.ts\` \`work/01-greeter/greeter.ts\` \`and/or\`

\`\`\`ts
typed();
\`\`\``;
  const { root, lesson } = makeCourse({ "lessons/01-greeter/notes.md": notes });
  assert.deepEqual(
    misleading(join(lesson.given, "notes.md"), root).map(
      ({ line, message }) => `${line}: ${message}`,
    ),
    [
      "1: the link to attic.ts leads nowhere",
      "2: no heading has the anchor of the link README.md#attic",
      '3: npm run lesson 1 dance: the runner does not know "dance"',
      "4: npm run lesson 7: there is no lesson 7",
      '4: npm run attic: there is no script "attic"',
      "5: there is no lessons/01-greeter/attic.ts",
      "7: code must come from a tested file: <!-- from path#region --> before it",
    ],
  );
});

test("an explanation out of form is reported", () => {
  for (const [from, to, reported] of [
    ["# 1 · Your", "# Your", /^the title is not "# 1 · …"$/],
    ["· basic ·", "· easy ·", /below the title belongs/],
    ["> A shop", "A shop", /below the level belongs a tagline/],
    ["## Why events\n", "", /belongs "## Why events", but there is In the/],
    ["### Step 2", "### Step 3", /this should be step 2/],
    [/### Step 2[\s\S]*?(?=## Run it)/, "", /the checks have 3 steps, the/],
    ["Hint 3", "More", /step 1 needs three hints, has 2/],
    ["**Next:**", "", /the end lacks \*\*Next:\*\*/],
    [/<details><summary>Why.*/, "", /three or four questions/],
    [/(A greeting is a greeting\. )+/, "", /words without code and hints; 800/],
  ] as const) {
    const readme = explanation.replace(from, to);
    const { lesson } = makeCourse({ "lessons/01-greeter/README.md": readme });
    assert.match(
      outOfForm(lesson)
        .map(({ message }) => message)
        .join(),
      reported,
    );
  }
});

test("code, comments and hints are not counted as words", () => {
  const hint = "<details><summary>Hint 1</summary>\n\nNo.\n\n</details>";
  const text = `One two.\n\n\`\`\`ts\nno no\n\`\`\`\n<!-- no -->\n${hint}\n- \`no\` three`;
  assert.equal(countWords(text), 3);
});

test("the account has a line for each lesson, the list each reason once", () => {
  const account = accountOf([
    { lesson: 2, what: "9 checks" },
    { lesson: 1, what: "8 checks" },
    { what: "types" },
    { lesson: 2, what: "3 steps" },
  ]);
  assert.deepEqual(account.split("\n").slice(1), [
    "  lesson 1: 8 checks",
    "  lesson 2: 9 checks, 3 steps",
    "  types",
  ]);
  assert.match(
    listOf(["no broker: start one", "no broker: start one"]),
    /no broker.*\(2 tests\)/,
  );
  assert.match(listOf([]), /Nothing was left unproved/);
});

test("folders of trials that were killed are removed, and no others", () => {
  const { root } = makeCourse();
  const [dead, mine, other] = ["999999999-1", `${process.pid}-99`, "notes.ts"].map(
    (name) => join(root, ".trial", name),
  );
  for (const folder of [dead, mine, other])
    mkdirSync(String(folder), { recursive: true });
  removeStaleTrials(root);
  assert.deepEqual(
    [dead, mine, other].map((folder) => existsSync(String(folder))),
    [false, true, true],
  );
});

/** A check that cannot be made here. */
const atNight = `${checks}
test("step 3 · greets at night", (t) => {
  greet("Ada");
  t.skip("no key: buy one");
});
`;

test("npm test says what it proved, and lists what it could not prove here", () => {
  const { root } = makeCourse({ "lessons/01-greeter/greeter.test.ts": atNight });
  const { status, output } = runOn(root, "prove.ts", ["1"]);
  assert.match(
    output,
    /lesson 1: explanation in form, 4 checks on the reference, 3 steps from the starter, 1 alternative accepted, 1 planted mistake caught.*\n[\s\S]*not proved here, and how to prove it\n {2}no key: buy one[\s\S]*\d+ tests, 0 failed, \d+ s\n/,
  );
  assert.equal(status, 0);
});

test("npm test fails when a mistake is not caught, and for what it could not prove where nothing may be left out", () => {
  const { root } = makeCourse({
    "lessons/01-greeter/greeter.test.ts": atNight,
    "shared/course/01-greeter/mistakes.diff": written(1, greets, greeter[1]),
  });
  const { status, output } = runOn(root, "prove.ts", ["1"], { WORKBOOK_STRICT: "1" });
  assert.match(
    output,
    /step 1 catches: returns something else[\s\S]*not caught: all \d checks pass/,
  );
  assert.match(output, /allows nothing unproved. no key: buy one/);
  assert.match(output, /\d+ tests, 2 failed/);
  assert.equal(status, 1);
});

function mistake(step: number, from: string, to: string): Change {
  const [read] = readChanges(written(step, from, to), "mistakes.diff");
  assert.ok(read);
  return read;
}

/** The one line of the reference that has `from` in it, changed. */
function written(step: number, from: string, to: string): string {
  const line = solution.split("\n").find((line) => line.includes(from)) ?? from;
  return `# step ${step} · returns something else\n-${line}\n+${line.replace(from, to)}\n`;
}

function lineOf(text: string): number {
  return explanation.split("\n").indexOf(text) + 1;
}

function makeCourse(spoilt: Record<string, string> = {}) {
  const root = makeFolder(courseRoot);
  cpSync(fixtures, root, { recursive: true });
  const files = { "lessons/01-greeter/README.md": explanation, ...spoilt };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  cpSync(join(courseRoot, "shared", "todo.ts"), join(root, "shared", "todo.ts"));
  return { root, lesson: lessonIn(root, "01-greeter") };
}

/** What a stage is told by the check of its step. */
async function next(step: number, stage: Candidate): Promise<string> {
  return String(nextIs(step, await tryOut(root, lesson, stage), starterOf(lesson)));
}

async function plant(planted: Change): Promise<string | undefined> {
  return caught(planted, await tryOut(root, lesson, changed(reference, planted)));
}

function untouchedWith(from = "", to = ""): Promise<ChecksRun> {
  assert.ok(starter.includes(from));
  return tryOut(root, lesson, { "greeter.ts": starter.replace(from, to) });
}

import { askOf } from "../workbook/work/readme.ts";
import { placeholder } from "./explanation.ts";

/** The files of a new lesson, by their paths: small, and right, so that every proof has a place to start. */
export function skeletonOf(folder: string, title: string): Map<string, string> {
  const number = Number.parseInt(folder, 10);
  const name = folder.replace(/^\d+-/, "");
  const file = `${name}.ts`;
  return new Map([
    [`lessons/${folder}/README.md`, explanation(number, folder, title, file)],
    [`lessons/${folder}/${file}`, starter],
    [
      `lessons/${folder}/${name}.test.ts`,
      stepChecks.map((step) => `import "./checks/${step.file}";\n`).join(""),
    ],
    [`lessons/${folder}/checks/desk.ts`, desk],
    ...stepChecks.map((step, at): [string, string] => [
      `lessons/${folder}/checks/${step.file}`,
      checks(folder, file, at + 1),
    ]),
    [`lessons/${folder}/main.ts`, demonstration(folder, file)],
    [`solutions/${folder}/${file}`, answer],
    [`shared/course/${folder}/steps.diff`, stepsAway],
    [`shared/course/${folder}/mistakes.diff`, mistakes],
    [`shared/course/${folder}/alternatives/concise/${file}`, alternative],
  ]);
}

const doc = `/** The prices of an order, in kopiykas, added up. */
export function totalOf(prices: readonly number[]): number {`;

const starter = `import { todo } from "#todo";

${doc}
  return todo(1, "add the prices up");
}

/** The dearest of them, in kopiykas; 0 if there is none. */
export function dearestOf(prices: readonly number[]): number {
  return todo(2, "return the highest price");
}
`;

const answer = `${doc}
  return prices.reduce((total, price) => total + price, 0);
}

/** The dearest of them, in kopiykas; 0 if there is none. */
export function dearestOf(prices: readonly number[]): number {
  return Math.max(0, ...prices);
}
`;

const alternative = `export function totalOf(prices: readonly number[]): number {
  let total = 0;
  for (const price of prices) total += price;
  return total;
}

export const dearestOf = (prices: readonly number[]): number =>
  [...prices].sort((one, other) => other - one)[0] ?? 0;
`;

const stepsAway = `# step 2
+import { todo } from "#todo";
+
 /** The prices of an order, in kopiykas, added up. */
@@
-  return Math.max(0, ...prices);
+  return todo(2, "return the highest price");

# step 1
-  return prices.reduce((total, price) => total + price, 0);
+  return todo(1, "add the prices up");
`;

const mistakes = `# step 1 · counts the first price alone
-  return prices.reduce((total, price) => total + price, 0);
+  return prices.reduce((total, price) => total || price, 0);

# step 2 · finds the cheapest
-  return Math.max(0, ...prices);
+  return Math.min(...prices);

# step 2 · an empty order costs less than nothing
-  return Math.max(0, ...prices);
+  return Math.max(...prices);
`;

/** One file of checks a step, and what its checks are called. */
const stepChecks = [
  {
    file: "1-add-up.ts",
    uses: "totalOf",
    checks: {
      "`totalOf` an order is what its items cost together": "totalOf(order), 60_50",
      "`totalOf` one item is its price": "totalOf([12_50]), 12_50",
      "`totalOf` an empty order is 0": "totalOf([]), 0",
    },
  },
  {
    file: "2-find-the-dearest.ts",
    uses: "dearestOf",
    checks: {
      "`dearestOf` an order is its highest price, wherever it stands":
        "dearestOf(order), 45_00",
      "`dearestOf` one item is its price": "dearestOf([12_50]), 12_50",
      "`dearestOf` an empty order is 0": "dearestOf([]), 0",
    },
  },
];

const desk = `/** What the checks share: the prices of an order, in kopiykas. */
export const order: readonly number[] = Object.freeze([12_50, 45_00, 3_00]);
`;

function checks(folder: string, file: string, step: number): string {
  const { uses = "", checks = {} } = stepChecks[step - 1] ?? {};
  const tests = Object.entries(checks).map(
    ([title, pair]) => `
test("step ${step} · ${title}", () => {
  assert.equal(${pair});
});
`,
  );
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { ${uses} } from "#lesson/${folder}/${file}";
import { order } from "./desk.ts";
${tests.join("")}`;
}

function asks(step: number): string {
  const titles = Object.keys(stepChecks[step - 1]?.checks ?? {});
  return `**What this step asks**

<!-- asked by step ${step} -->
${titles.map((title) => `- ${askOf(title)}`).join("\n")}`;
}

function demonstration(folder: string, file: string): string {
  return `import { dearestOf, totalOf } from "#lesson/${folder}/${file}";

const prices = [45_00, 12_50];
console.log(\`together \${totalOf(prices)}, the dearest \${dearestOf(prices)}\`);
`;
}

function explanation(
  number: number,
  folder: string,
  title: string,
  file: string,
): string {
  const hints = ["a question.", "a pointer.", "almost the code."]
    .map((hint, at) => {
      return `<details><summary>Hint ${at + 1}</summary>\n\n${placeholder}${hint}\n\n</details>`;
    })
    .join("\n\n");
  const questions = ["a first question?", "a second one?", "a third one?"]
    .map((question) => {
      return `<details><summary>${placeholder}${question}</summary>\n\nIts answer.\n\n</details>`;
    })
    .join("\n\n");
  return `# ${number} · ${title}

Level 2 · intermediate · about 60 minutes

> ${placeholder}one sentence that says what it is about.

## What you will build

${placeholder}the shop's trouble, told in a paragraph; then what the learner builds against it.

## The idea

${placeholder}one thought, with a picture.

## The steps

Your copy is in \`work/${folder}/\`. After every step:

\`\`\`sh
npm run lesson ${number} test
\`\`\`

### Step 1 · Add up

In \`${file}\`, write \`totalOf\`: what all items of an order cost together.

${asks(1)}

${hints}

### Step 2 · Find the dearest

Write \`dearestOf\`: the highest price, or 0 where there is none.

${asks(2)}

${hints}

## Run it

\`\`\`sh
npm run lesson ${number}
\`\`\`

## Where it bites

${placeholder}the traps, each shown failing by a program beside the demonstration.

## What it costs

${placeholder}what \`npm run lesson ${number} bench\` measures, and why.

## Why events

${placeholder}the advantage that this lesson makes visible, and its price.

## In the real world

${placeholder}where Kafka, RabbitMQ, Stripe and others do exactly this.

## Check yourself

${questions}

## Go further

${placeholder}what goes beyond the core.

## When it is done

**Built:** ${placeholder}what the learner has now.

**In production:** ${placeholder}what it still lacks.

**Next:** ${placeholder}what follows.
`;
}

/** The files of a new lesson, by their paths: small, and right, so that every proof has a place to start. */
export function skeletonOf(folder: string, title: string): Map<string, string> {
  const number = Number.parseInt(folder, 10);
  const name = folder.replace(/^\d+-/, "");
  const file = `${name}.ts`;
  return new Map([
    [`lessons/${folder}/README.md`, explanation(number, folder, title, file)],
    [`lessons/${folder}/${file}`, starter],
    [`lessons/${folder}/${name}.test.ts`, checks(folder, file)],
    [`lessons/${folder}/main.ts`, demonstration(folder, file)],
    [`solutions/${folder}/${file}`, answer],
    [`shared/course/${folder}/steps.diff`, steps],
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

const steps = `# step 2
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

function checks(folder: string, file: string): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { dearestOf, totalOf } from "#lesson/${folder}/${file}";

test("step 1 · an order costs what its items cost together", () => {
  assert.equal(totalOf([45_00, 12_50]), 57_50);
});

test("step 2 · the dearest item is found wherever it stands", () => {
  assert.equal(dearestOf([12_50, 45_00, 3_00]), 45_00);
});

test("step 2 · an empty order has no dearest item", () => {
  assert.equal(dearestOf([]), 0);
});
`;
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
  const hints = ["A question.", "A pointer.", "Almost the code."]
    .map((hint, at) => {
      return `<details><summary>Hint ${at + 1}</summary>\n\n${hint}\n\n</details>`;
    })
    .join("\n\n");
  const questions = ["A first question?", "A second one?", "A third one?"]
    .map((question) => {
      return `<details><summary>${question}</summary>\n\nIts answer.\n\n</details>`;
    })
    .join("\n\n");
  return `# ${number} · ${title}

Level 2 · intermediate · about 60 minutes

> One sentence that says what it is about.

## What you will build

The shop's trouble, told in a paragraph; then what the learner builds against it.

## The idea

One thought, with a picture.

## The steps

Your copy is in \`work/${folder}/\`. After every step:

\`\`\`sh
npm run lesson ${number} test
\`\`\`

### Step 1 · Add up

In \`${file}\`, write \`totalOf\`: what all items of an order cost together.

${hints}

### Step 2 · Find the dearest

Write \`dearestOf\`: the highest price, or 0 where there is none.

${hints}

## Run it

\`\`\`sh
npm run lesson ${number}
\`\`\`

## Where it bites

The traps, each shown failing by a program beside the demonstration.

## What it costs

What \`npm run lesson ${number} bench\` measures, and why.

## Why events

The advantage that this lesson makes visible, and its price.

## In the real world

Where Kafka, RabbitMQ, Stripe and others do exactly this.

## Check yourself

${questions}

## Go further

What goes beyond the core.

## When it is done

**Built:** what the learner has now.

**In production:** what it still lacks.

**Next:** what follows.
`;
}

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
    [`lessons/${folder}/${name}.test.ts`, 'import "./checks/1-add-up.ts";\n'],
    [`lessons/${folder}/checks/desk.ts`, desk],
    [`lessons/${folder}/checks/1-add-up.ts`, checks(folder, file)],
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
`;

const answer = `${doc}
  return prices.reduce((total, price) => total + price, 0);
}
`;

const alternative = `export function totalOf(prices: readonly number[]): number {
  let total = 0;
  for (const price of prices) total += price;
  return total;
}
`;

const stepsAway = `# step 1
+import { todo } from "#todo";
+
 /** The prices of an order, in kopiykas, added up. */
@@
-  return prices.reduce((total, price) => total + price, 0);
+  return todo(1, "add the prices up");
`;

const mistakes = `# step 1 · counts the first price alone
-  return prices.reduce((total, price) => total + price, 0);
+  return prices.reduce((total, price) => total || price, 0);

# step 1 · an empty order has no total
-  return prices.reduce((total, price) => total + price, 0);
+  return prices.reduce((total, price) => total + price);
`;

/** What the checks are called, and what each compares. */
const compared = {
  "`totalOf` an order is what its items cost together": "totalOf(order), 60_50",
  "`totalOf` one item is its price": "totalOf([12_50]), 12_50",
  "`totalOf` an empty order is 0": "totalOf([]), 0",
};

const desk = `/** What the checks share: the prices of an order, in kopiykas. */
export const order: readonly number[] = Object.freeze([12_50, 45_00, 3_00]);
`;

function checks(folder: string, file: string): string {
  const tests = Object.entries(compared).map(
    ([title, pair]) => `
test("step 1 · ${title}", () => {
  assert.equal(${pair});
});
`,
  );
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { totalOf } from "#lesson/${folder}/${file}";
import { order } from "./desk.ts";
${tests.join("")}`;
}

function demonstration(folder: string, file: string): string {
  return `import { totalOf } from "#lesson/${folder}/${file}";

console.log(\`together \${totalOf([45_00, 12_50])}\`);
`;
}

function explanation(
  number: number,
  folder: string,
  title: string,
  file: string,
): string {
  const asks = Object.keys(compared).map((title) => `- ${askOf(title)}`);
  const hints = ["a question.", "a pointer.", "almost the code."].map((hint, at) =>
    folded(`Hint ${at + 1}`, `${placeholder}${hint}`),
  );
  const questions = ["a first question?", "a second one?", "a third one?"].map(
    (question) => folded(`${placeholder}${question}`, "Its answer."),
  );
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

**What this step asks**

<!-- asked by step 1 -->
${asks.join("\n")}

${hints.join("\n\n")}

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

${questions.join("\n\n")}

## Go further

${placeholder}what goes beyond the core.

## When it is done

**Built:** ${placeholder}what the learner has now.

**In production:** ${placeholder}what it still lacks.

**Next:** ${placeholder}what follows.
`;
}

function folded(summary: string, text: string): string {
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}

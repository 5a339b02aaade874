import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { greeter, TrialCourse } from "../trial-course.ts";
import { withOurSigns } from "./raw-reporter.ts";
import { fold, foldMarked, movesCursor } from "./terminal.ts";

const course = new TrialCourse();
after(() => course[Symbol.dispose]());

describe("what can be asked for", { concurrency: 2 }, () => {
  test("the overview shows the lessons by level and what comes next", async () => {
    using own = new TrialCourse();
    own.write(
      "lessons/03-gifts/README.md",
      own
        .read("lessons/01-greeter/README.md")
        .replace("# 1 · Your own greeter", "# 3 · Gifts"),
    );
    const { status, output } = await own.lesson();
    assert.match(
      output,
      /^Level 1 · basic\n {2}1 {2}Your own greeter +□□□ +0 of 3 steps\n {2}3 {2}Gifts .*\n\nLevel 2 · intermediate\n {2}2 {2}Counting customers +□□ .*\n\n {2}npm/,
    );
    assert.match(output, /npm run lesson 1 +Begin: Your own greeter/);
    assert.equal(status, 0);
  });

  test("a number that is not there gets the nearest right command", async () => {
    assert.deepEqual(await course.lesson("9"), {
      status: 1,
      output: "There is no lesson 9. Did you mean: npm run lesson 2\n",
    });
  });

  test("playing an untouched lesson plays the reference, then shows the first step", async () => {
    const { status, output } = await course.lesson("1");
    assert.match(output, /^1 · Your own greeter +level 1, basic · about 10 min\n/);
    assert.match(
      output,
      /Playing the reference answer: yours plays once a step passes\./,
    );
    assert.match(output, /The door opens: Hello, Ada!/);
    assert.match(output, /Step 1 of 3 · Greet one customer +your turn/);
    assert.match(output, /Edit +work\/01-greeter\/greeter\.ts:4 {2}greet\n/);
    assert.equal(status, 0);
  });

  test("a word too many is not ignored: nothing is done", async () => {
    for (const words of [
      "1 reset 2",
      "1 diff all",
      "1 test class now",
      "doctor now",
      "1 hint first",
    ]) {
      const { status, output } = await course.lesson(...words.split(" "));
      assert.match(output, /takes no more words; got "\w+"|A hint has a number/, words);
      assert.equal(status, 1);
    }
  });

  test("a part runs as a process of its own and gets its words", async () => {
    const { status, output } = await course.lesson("2", "door", "Ada", "Grace");
    assert.equal(output, "The door is open for Ada and Grace\n");
    assert.equal(status, 0);
  });

  test("the explanation is readable: wrapped, code indented, hints and answers hidden", async () => {
    const { output } = await course.lesson("1", "read");
    assert.match(output, /Every customer hears their own name, which\ntakes a line/);
    assert.match(output, /\n {4}customer -> door -> greet\(name\)\n/);
    assert.match(output, /longer explanation \(https:\/\/example\.com\/greetings\)/);
    assert.match(output, /\? Why greet at all\?/);
    assert.doesNotMatch(output, /polite|template string|<details>|Hint 1/);
    assert.match(
      output,
      /answers to the questions are in lessons\/01-greeter\/README\.md\s+and\s+on/,
    );
  });

  test("the help is one column of commands and one of purposes, however long a part is called", async () => {
    using own = new TrialCourse();
    const part = "lessons/02-counter/parts/analytics-worker-of-the-shop.ts";
    own.write(part, "/** Counts the users. */\n");
    const { output } = await own.lessonWith({}, "help");
    const purposes = [
      ...output.matchAll(/^ {2}npm run lesson.*? {1,}(?=how far|play it|counts the)/gm),
    ];
    assert.deepEqual(
      [...new Set(purposes.map(([head]) => head.length))],
      ["  npm run lesson 2 analytics-worker-of-the-shop ".length],
    );
  });

  test("the cursor stays where it is outside a terminal, and in one without its codes", () => {
    assert.equal(movesCursor(true, "xterm"), true);
    assert.equal(movesCursor(true, undefined), true);
    assert.equal(movesCursor(true, "dumb"), false);
    assert.equal(movesCursor(false, "xterm"), false);
  });

  test("a line of a comparison keeps its sign and its indentation on every line that it takes", () => {
    const [first, ...others] = foldMarked("-", `  return ${"long ".repeat(30)};`).split(
      "\n",
    );
    assert.match(first ?? "", /^- {2}return long/);
    assert.equal(others.length, 2);
    for (const line of others) assert.match(line, /^- {6}long.{0,73}$/);
    for (const mark of ["//", "*"]) {
      const comment = foldMarked("+", `  ${mark} ${"long ".repeat(30)}`).split("\n");
      assert.equal(comment.length, 3);
      for (const line of comment) assert.ok(line.startsWith(`+  ${mark} `), line);
    }
  });

  test("a line of a story goes on below its beginning, and is broken at spaces", () => {
    const mail = "ann@example.com";
    for (let length = 50; length < 75; length++) {
      const text = `${"x".repeat(length)} ${mail} leaves`;
      assert.equal(
        fold(text, "  ").replace(/\n {2}(?! )/g, " "),
        `  ${text}`,
        `${length} before the break`,
      );
    }
    assert.equal(fold("x".repeat(100)).split("\n").length, 2, "a word that is too long");
    const json = JSON.stringify({ name: "x".repeat(40), mail, to: [mail, mail, mail] });
    const lines = fold(json).split("\n");
    assert.equal(lines.join(""), json);
    assert.equal(lines.join(" ").split(mail).length, 5, "no mail address is broken");
  });

  test("raw has the signs of the cards, and nothing of the steps after the open one", async () => {
    using own = new TrialCourse();
    own.solve({ 1: greeter[1], 2: "return names;" });
    const { status, output } = await own.lessonWith({}, "1", "raw");
    assert.match(output, /✔ step 1 · greets a customer by name/);
    assert.match(output, /\+ expected - actual\n[\s\S]*- +'Ada'|\+ +'Hello, Ada!'/);
    assert.doesNotMatch(output, /step 3|\+ actual/);
    assert.equal(status, 1);
    const [green, red, end] = ["\u001b[32m", "\u001b[31m", "\u001b[39m"];
    assert.equal(
      withOurSigns(
        `they differ:\n${green}+ actual${end} ${red}- expected${end}\n\n${green}+${end} 1`,
      ),
      "they differ:\n+ expected - actual\n\n- 1",
      "in a terminal, Node paints the signs",
    );
  });

  test("a benchmark runs where there is one", async () => {
    assert.match((await course.lesson("1", "bench")).output, /1\.0 × template string/);
    assert.match((await course.lesson("2", "bench")).output, /nothing to measure/);
  });
});

describe("how far one is", () => {
  test("hints go from a question to almost the code, and each step begins anew", async () => {
    using own = new TrialCourse();
    const levels: string[] = [];
    const ask = async () => {
      const { output } = await own.lesson("1", "hint");
      levels.push(
        /^Step \d+ .*hint \d of 3/.exec(output)?.[0].replace(/ +/g, " ") ?? output,
      );
      return output;
    };
    assert.match(await ask(), /What does a template string look like\?/);
    assert.match(await ask(), /Backticks, with `\$\{name\}` inside\./);
    own.solve({ 1: 'return "Hello";' });
    assert.match(await ask(), /return `Hello, \$\{name\}!`;/);
    own.solve({ 1: greeter[1] });
    assert.match(await ask(), /Which function greets one\?/);
    assert.deepEqual(levels, [
      "Step 1 · Greet one customer hint 1 of 3",
      "Step 1 · Greet one customer hint 2 of 3",
      "Step 1 · Greet one customer hint 3 of 3",
      "Step 2 · Greet a group hint 1 of 3",
    ]);
  });

  test("a hint that is asked for by number comes with those before it", async () => {
    using own = new TrialCourse();
    const { output } = await own.lesson("1", "hint", "2");
    assert.match(output, /hint 1 of 3\n[\s\S]*hint 2 of 3\n/);
    assert.doesNotMatch(output, /hint 3 of 3/);
    assert.match((await own.lesson("1", "hint")).output, /hint 3 of 3/);
  });

  test("one's own code plays once a step passes, and stops where a step is open", async () => {
    using own = new TrialCourse();
    own.solve({ 1: greeter[1] });
    const { status, output } = await own.lesson("1");
    assert.match(output, /Playing your code, work\/01-greeter\./);
    assert.doesNotMatch(output, /does not run/);
    assert.match(output, /The door opens: Hello, Ada!/);
    assert.match(
      output,
      /The story stops here: step 2 is yours to write \(work\/01-greeter\/greeter\.ts:10\)\./,
    );
    assert.match(output, /■□□ {2}1 of 3 steps\n\nStep 2 of 3 · Greet a group/);
    assert.equal(status, 0);
  });

  test("code that does not run now is said to be broken, not merely open", async () => {
    using own = new TrialCourse();
    own.solve({ 1: "return (;" });
    await own.lesson("1", "test");
    const { output } = await own.lesson("1");
    assert.match(output, /Playing the reference answer/);
    assert.match(output, /Your code does not run now\. See why: npm run lesson 1 test\n/);
    own.solve({ 1: "process.exit(3);" });
    assert.match(
      (await own.lesson("1")).output,
      /Your code does not run to its end now\./,
    );
  });

  test("the end is a proper finish, and one's own code carries the next lesson", async () => {
    using own = new TrialCourse();
    assert.match(
      (await own.lesson("2")).output,
      /reference answer of lesson 1 until yours is done/,
    );
    own.solve();
    const { status, output } = await own.lesson("1", "test");
    assert.match(output, /■■■ {2}3 of 3 steps/);
    assert.match(output, /Built: a greeter\.\n\n {2}In production: names come/);
    assert.match(output, /npm run lesson 2 +the next lesson: Counting customers/);
    assert.equal(status, 0);
    assert.match(
      (await own.lesson("2")).output,
      /It runs on your own code of lesson 1\./,
    );
  });

  test("the overview runs nothing again that has not changed", async () => {
    using own = new TrialCourse();
    own.solve();
    assert.match((await own.lesson()).output, /■■■ +done/);
    const record = own.read("work/progress.json");
    own.write("work/progress.json", record.replace('"steps": 3', '"steps": 4'));
    assert.match((await own.lesson()).output, /3 of 4 steps/);
    own.change("work/01-greeter/greeter.ts", "Hello", "Hallo");
    assert.match((await own.lesson()).output, /□□□ +0 of 3 steps/);
  });
});

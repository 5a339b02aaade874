import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { greeter, TrialCourse } from "../trial-course.ts";
import { layOutWork } from "./starters.ts";

const file = "01-greeter/greeter.ts";
const copy = `work/${file}`;

/** Runs what the install runs. */
function install(course: TrialCourse): { status: number | null; output: string } {
  const script = join(import.meta.dirname, "lay-out.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), script],
    { encoding: "utf8", env: { ...process.env, WORKBOOK_ROOT: course.root } },
  );
  return { status, output: stdout + stderr };
}

/** A starter of one line. */
function door(step: number): string {
  return `import { todo } from "#todo";\nexport const door = (): void => todo(${step}, "open it");\n`;
}

describe("the learner's copies", { concurrency: 2 }, () => {
  test("the install lays out what is missing and never writes over what is there", () => {
    using course = new TrialCourse();
    course.write(copy, "// mine\n");
    assert.deepEqual(install(course), {
      status: 0,
      output: "1 files to write in are in work/. Begin: npm run lesson\n",
    });
    assert.equal(course.read(copy), "// mine\n");
    assert.equal(
      course.read("work/02-counter/counter.ts"),
      course.read("lessons/02-counter/counter.ts"),
    );
    assert.deepEqual(install(course), { status: 0, output: "" });
  });

  test("an install that cannot write does not fail", () => {
    using course = new TrialCourse();
    course.write("work", "a file where the folder should be");
    assert.deepEqual(install(course), { status: 0, output: "" });
  });

  test("a deleted file comes back as the starter, and that is said", async () => {
    using course = new TrialCourse();
    layOutWork(undefined, course.root);
    rmSync(join(course.root, copy));
    const { output } = await course.lesson("1", "hint");
    assert.match(
      output,
      /greeter\.ts was not there any more\. The starter took its\s+place\./,
    );
    assert.equal(course.read(copy), course.read(`lessons/${file}`));
  });

  test("an untouched copy follows a starter that changed", async () => {
    using course = new TrialCourse();
    layOutWork(undefined, course.root);
    course.change(`lessons/${file}`, "Says hello.", "Says hello nicely.");
    course.write("docs/chapters/changelog.md", "It says hello nicely.\n");
    const { output } = await course.lesson("1", "hint");
    assert.match(output, /Your copy had nothing of\s+yours in it and follows\./);
    assert.match(course.read(copy), /Says hello nicely/);
  });

  test("a starter edited by mistake is reported until it is put back", async () => {
    using course = new TrialCourse();
    if (!course.commit("The course")) return;
    layOutWork(undefined, course.root);
    course.change(`lessons/${file}`, "todo(1", "return todo(1");
    for (let time = 1; time <= 2; time++) {
      const { output } = await course.lesson("1", "hint");
      assert.match(
        output,
        /greeter\.ts was edited, but only work\/01-greeter\/greeter\.ts\s+counts/,
      );
      assert.match(
        output.replace(/\s+/g, " "),
        /"git checkout lessons\/01-greeter\/greeter\.ts"/,
      );
    }
    assert.doesNotMatch(course.read(copy), /return todo/);
  });

  test("without Git, a starter that changed alone was edited, and the copy stays", async () => {
    using course = new TrialCourse();
    layOutWork(undefined, course.root);
    course.change(`lessons/${file}`, "todo(1", "return todo(1");
    for (const words of [
      ["2", "hint"],
      ["1", "hint"],
      ["1", "test"],
    ]) {
      const { output } = await course.lesson(...words);
      if (words[0] !== "1") continue;
      assert.match(
        output.replace(/\s+/g, " "),
        /greeter\.ts was edited, but only work\/01-greeter\/greeter\.ts counts\. Make the change in .*, then put the given file back from where you have the course\./,
      );
      assert.doesNotMatch(output, /git (diff|checkout)|The course changed/);
    }
    assert.doesNotMatch(course.read(copy), /return todo/);
  });

  test("without Git, a course that changed is told once, whatever is looked at before", async () => {
    using course = new TrialCourse();
    course.solve();
    layOutWork(undefined, course.root);
    course.change(`lessons/${file}`, "Says hello.", "Says hello nicely.");
    course.write("docs/chapters/changelog.md", "It says hello nicely.\n");
    await course.lesson("2", "hint");
    await course.lesson("2", "hint");
    const { output } = await course.lesson("1", "hint");
    assert.match(output, /^\s*The course changed lessons\/01-greeter\/greeter\.ts since/);
    assert.doesNotMatch((await course.lesson("1", "hint")).output, /changed|edited/);
  });

  test("a new starter that is not in git yet is not called edited", async () => {
    using course = new TrialCourse();
    if (!course.commit("The course")) return;
    for (const top of ["lessons", "solutions"])
      course.write(`${top}/02-counter/door.ts`, door(1));
    layOutWork(undefined, course.root);
    course.write("lessons/02-counter/door.ts", door(2));
    const { output } = await course.lesson("2", "hint");
    assert.doesNotMatch(output, /was edited|git checkout/);
    assert.equal(course.read("work/02-counter/door.ts"), door(2));
  });

  test("work of an edition before stays, is told once what to do, and is counted anew", async () => {
    using course = new TrialCourse();
    for (const top of ["lessons", "solutions"])
      course.write(`${top}/01-greeter/door.ts`, door(1));
    course.write("work/01-greeter/door.ts", door(2));
    course.solve();
    layOutWork(undefined, course.root);
    const mine = course.read(copy);
    // As the edition before kept it: nothing says which checks it was.
    const before = { done: [1, 2, 3], passed: [1, 2, 3], steps: 3, hints: { 1: 2 } };
    const record = { "01-greeter": { ...before, content: "0123456789abcdef" } };
    course.write("work/progress.json", JSON.stringify(record));
    course.change(`lessons/${file}`, "Says hello.", "Says hello nicely.");
    course.change("lessons/01-greeter/door.ts", "1", "3");
    const checks = "lessons/01-greeter/greeter.test.ts";
    course.write(
      "lessons/01-greeter/checks/1-all.ts",
      course
        .read(checks)
        .replace('greetAll(["Ada", "Grace"]), [', 'greetAll([]), ["Nobody?", '),
    );
    course.write(checks, 'import "./checks/1-all.ts";\n');
    course.commit("The second edition");
    layOutWork(undefined, course.root);
    await course.lesson("2", "hint");
    const { output } = await course.lesson("1", "test");
    const said = output.replace(/\s+/g, " ").trim();
    assert.match(
      said,
      /^The course changed lessons\/01-greeter\/door\.ts and lessons\/01-greeter\/greeter\.ts .*: yours stays as it is, and its steps are counted by the checks as they are now; to begin again from the new starter \(yours is kept\): npm run lesson 1 reset/,
    );
    assert.equal(said.split("The course changed").length, 2);
    assert.match(said, /■□■ 2 of 3 steps/);
    assert.doesNotMatch(said, /This passed before/);
    assert.equal(course.read(copy), mine);
    assert.match(course.read("work/progress.json"), /"done": \[1, 3\]/);
    assert.doesNotMatch((await course.lesson("1", "test")).output, /The course changed/);
  });

  for (const name of ["05-greeter", "01-welcomer"]) {
    test(`work and progress move along when a lesson becomes ${name}`, async () => {
      using course = new TrialCourse();
      course.solve({ 1: greeter[1] });
      layOutWork(undefined, course.root);
      const kept = { hints: { 1: 2 } };
      course.write("work/progress.json", JSON.stringify({ "01-greeter": kept }));
      for (const room of ["lessons", "solutions"]) {
        renameSync(join(course.root, room, "01-greeter"), join(course.root, room, name));
      }
      const { output } = await course.lesson();
      assert.match(output, new RegExp(`${Number(name.slice(0, 2))} {2}Your own greeter`));
      assert.match(course.read(`work/${name}/greeter.ts`), /return \["Hello/);
      assert.equal(existsSync(join(course.root, "work", "01-greeter")), false);
      assert.match(
        course.read("work/progress.json"),
        new RegExp(`"${name}": {[^}]*"hints": {\\s*"1": 2`),
      );
    });
  }

  test("a reset keeps a backup and says where", async () => {
    using course = new TrialCourse();
    course.solve();
    const { output } = await course.lesson("1", "reset");
    assert.match(output, /copy the files from there to work\/01-greeter\n/);
    const [folder = ""] = readdirSync(join(course.root, "work", "backups"));
    assert.match(folder, /^01-greeter-\d{4}-/);
    assert.match(output, new RegExp(`kept in work/backups/${folder}\n`));
    assert.match(course.read(`work/backups/${folder}/greeter.ts`), /return names\.map/);
    assert.equal(course.read(copy), course.read(`lessons/${file}`));
    assert.match((await course.lesson("1", "reset")).output, /untouched starter already/);
  });

  test("the difference is between one's own code and the text that is really behind the answer", async () => {
    using course = new TrialCourse();
    course.solve();
    const { status, output } = await course.lesson("1", "diff");
    assert.match(
      output,
      /^--- work\/01-greeter\/greeter\.ts +yours\n\+\+\+ shared\/bus\/greeter\.ts +the reference\n@@/,
    );
    assert.match(output, /^- {2}return names\.map\(greet\);$/m);
    assert.match(output, /^\+ {2}for \(const name of names\) \{$/m);
    assert.match(output, /^ {1}\/\*\* Says hello\. \*\/$/m);
    assert.equal(status, 0);
  });

  test("lines that end as on Windows are the same, on either side", async () => {
    using course = new TrialCourse();
    const answer = course.read("shared/bus/greeter.ts");
    for (const ends of [
      ["\r\n", "\n"],
      ["\n", "\r\n"],
    ]) {
      const [mine = "", reference = ""] = ends.map((end) => answer.replaceAll("\n", end));
      course.write(copy, mine);
      course.write("shared/bus/greeter.ts", reference);
      const { output } = await course.lesson("1", "diff");
      assert.match(output, /They are the same\./);
    }
  });

  test("coverage counts one's own lines only, and leaves nothing behind", async () => {
    using course = new TrialCourse();
    course.solve();
    course.change(
      copy,
      "return names",
      'if (names.length > 9) {\n    return ["Hello, crowd!"];\n  }\n  return names',
    );
    const { output } = await course.lesson("1", "coverage");
    assert.match(
      output,
      /What 4 checks reached of your code; 4 of them pass\.\n\nwork\/01-greeter\/greeter\.ts +88 % of 17 lines\n {2}11–12 {5}return \["Hello, crowd!"\];\n$/,
    );
    assert.doesNotMatch(output, /greeter\.test\.ts|todo\.ts/);
    assert.deepEqual(
      readdirSync(join(course.root, "work")).filter((name) => name.startsWith(".cov")),
      [],
    );
    assert.equal(existsSync(join(course.root, "coverage")), false);
  });
});

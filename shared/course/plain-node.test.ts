/** From Node 22.18 on the checks need no tsx: Node strips the types. Earlier ones have nothing to prove here. */
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { courseRoot, shortPath } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved } from "./account.ts";

const { typescript } = process.features as { typescript?: false | "strip" | "transform" };

if (typescript) {
  eachLesson(courseRoot, (lesson) => {
    test(`lesson ${lesson.number} · its checks run on Node alone`, (t) => {
      const args = ["--conditions=solution", "--test", "--test-reporter=tap"];
      const { stdout } = spawnSync(
        process.execPath,
        [...args, shortPath(lesson.checks)],
        {
          cwd: courseRoot,
          encoding: "utf8",
          env: { ...process.env, NODE_TEST_CONTEXT: undefined },
        },
      );
      const count = (word: string) =>
        Number(new RegExp(`^# ${word} (\\d+)`, "m").exec(stdout)?.[1] ?? 0);
      const passed = count("pass") + count("skipped");
      if (passed === 0 || count("fail") > 0) judge(stdout);
      proved(t, `${counted(passed, "check")} without tsx`, lesson);
    });
  });
}

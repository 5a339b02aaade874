import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, readChanges } from "./changes.ts";

const files = {
  "door.ts": "open();\n\nclose();\n",
  "window.ts": "open();\nclose();\nclean();\n",
};

/** The files after the first change of a text. */
function after(text: string) {
  const [first] = readChanges(text, "mistakes.diff");
  assert.ok(first);
  return changed(files, first);
}

test("a heading has a step, a name and a mark; two places in two files are changed", () => {
  const text = `# step 2 · leaves all as it is (endless)
 open();

-close();
@@
-clean();
+scrub();
+dry();

# step 12
+top();
 clean();
`;
  const [first, second, ...more] = readChanges(text, "mistakes.diff");
  assert.deepEqual(
    [first?.step, first?.name, first?.endless],
    [2, "leaves all as it is", true],
  );
  assert.deepEqual([second?.step, second?.name, second?.endless], [12, "", false]);
  assert.equal(more.length, 0);
  const expected = {
    "door.ts": "open();\n\n",
    "window.ts": "open();\nclose();\nscrub();\ndry();\n",
  };
  assert.deepEqual(after(text), expected);
  assert.deepEqual(after(text.replaceAll("\n", "\r\n")), expected);
});

test("what `git diff` prints is understood, and its file need not be the only one", () => {
  const pasted = `# step 1 · forgets to close

diff --git a/solutions/01-door/door.ts b/solutions/01-door/door.ts
index 83db48f..bf2a1c4 100644
--- a/solutions/01-door/door.ts
+++ b/solutions/01-door/door.ts
@@ -1,3 +1,2 @@ function house() {
-open();
\\ No newline at end of file
+shut();
diff --git a/work/01-door/window.ts b/work/01-door/window.ts
--- a/work/01-door/window.ts
+++ b/work/01-door/window.ts
@@ -1,3 +1,2 @@
-close();
`;
  assert.deepEqual(after(pasted), {
    "door.ts": "shut();\n\nclose();\n",
    "window.ts": "open();\nclean();\n",
  });
});

test("a line that looks like the name of a file is one only with a path after it", () => {
  const [change] = readChanges("# step 1 · counts\n---left;\n+++left;\n", "m.diff");
  assert.ok(change);
  const counted = changed({ "a.ts": "--left;" }, change);
  assert.deepEqual(counted, { "a.ts": "++left;" });
});

const refused: [what: string, text: string, message: string][] = [
  [
    "text that is not there",
    "# step 1 · x\n open();\n-lock();\n",
    'mistakes.diff:2: these lines, from "open();" on, are not in door.ts, window.ts.',
  ],
  [
    "a part of a line",
    "# step 1 · x\n-open\n",
    'mistakes.diff:2: these lines, from "open" on, are not in door.ts, window.ts.',
  ],
  [
    "text that is there twice",
    "# step 1 · x\n-clean();\n@@\n-open();\n",
    "mistakes.diff:4: these lines are 2 times in door.ts, window.ts: add a line that stays.",
  ],
  [
    "a file that is not the learner's",
    "# step 1 · x\n--- a/lessons/01-door/key.ts\n+++ b/lessons/01-door/key.ts\n-open();\n",
    "mistakes.diff:4: lessons/01-door/key.ts is not one of the learner's files: door.ts, window.ts.",
  ],
  [
    "lines to put in, and no place for them",
    "# step 1 · x\n+open();\n",
    "mistakes.diff:2: only a line that stays says where this goes.",
  ],
  [
    "lines above the first heading",
    "\n-open();\n# step 1 · x\n",
    "mistakes.diff:2: no heading is above this.",
  ],
  [
    "a heading out of form",
    "# step 1 · x\n-open();\n# stpe 1 · y\n-close();\n",
    'mistakes.diff:3: "# stpe 1 · y" is neither a heading like "# step 2 · what is wrong" nor a line of a diff.',
  ],
];
for (const [what, text, message] of refused)
  test(`refused in a sentence: ${what}`, () =>
    assert.throws(() => after(text), { message }));

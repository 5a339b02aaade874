import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "./course.ts";
import { refusalOf } from "./refusal.ts";

const file = join(courseRoot, "work", "progress.json");

/** What Node throws, with the code that it gives. */
function thrown(code: string, more: object): Error {
  return Object.assign(new Error(`${code}: in Node's words`), { code, ...more });
}

for (const code of [
  ...["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EEXIST", "EISDIR", "ELOOP"],
  ...["EBUSY", "ENAMETOOLONG", "ENOSPC", "EDQUOT", "EMFILE", "ENFILE"],
])
  test(`${code} is told with the file and what to do next, in no words of Node's`, () => {
    const sentence = refusalOf(thrown(code, { path: file })) ?? "";
    assert.match(sentence, /work\/progress\.json.*\. .*(then run this again)\.$/);
    assert.doesNotMatch(sentence, /E[A-Z]{3,}|Node's words/);
  });

for (const [code, more, place] of [
  ["EADDRINUSE", { address: "::1", port: 3000 }, "[::1]:3000"],
  ["EADDRNOTAVAIL", { address: "203.0.113.1", port: 3000 }, "203.0.113.1:3000"],
  ["ECONNREFUSED", { address: "127.0.0.1", port: 5672 }, "127.0.0.1:5672"],
  ["ENOTFOUND", { hostname: "rabit" }, "rabit"],
] as const)
  test(`${code} is told with the address`, () => {
    assert.ok(refusalOf(thrown(code, more))?.includes(place));
  });

test("a path of bytes is told as well, as the removal of a folder gives it", () => {
  const error = thrown("EMFILE", { path: Buffer.from(file) });
  assert.match(refusalOf(error) ?? "", /for work\/progress\.json\./);
});

test("what Node itself throws is known by its code", async () => {
  const folder = mkdtempSync(join(tmpdir(), "workbook-refusal-"));
  try {
    const nowhere = join(folder, "nowhere.json");
    for (const [refused, sentence] of [
      [() => readFileSync(nowhere), /nowhere\.json is not there\./],
      [() => writeFileSync(folder, ""), /is a folder where a file belongs\./],
    ] as const)
      assert.throws(refused, (error) => sentence.test(refusalOf(error) ?? ""));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await once(server.close(), "close");
  const [error] = await once(connect(port, "127.0.0.1"), "error");
  assert.equal(
    refusalOf(error),
    `Nothing answers at 127.0.0.1:${port}. Start it, then run this again.`,
  );
});

test("a package that is missing is told with how to install it", async () => {
  const name = "surely-no-such-package";
  const error = await import(name).catch((reason: unknown) => reason);
  assert.equal(
    refusalOf(error),
    `The package ${name} is not installed. Install it with: npm ci --include=dev`,
  );
});

test("a file in a package that is missing is told in the same way", () => {
  const { resolve } = createRequire(import.meta.url);
  for (const name of ["no-such-package", "@no-such/package"])
    assert.throws(
      () => resolve(`${name}/bin/run.js`),
      (error) =>
        (refusalOf(error) ?? "").startsWith(`The package ${name} is not installed`),
    );
});

test("a file that is missing is told by its place, whatever system it is on", () => {
  for (const place of ["/course/bell.ts", "Z:\\course\\bell.ts"]) {
    const error = new Error(`Cannot find module '${place}' imported from here`);
    const told = refusalOf(Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" })) ?? "";
    assert.match(told, /bell\.ts is not there\. Put it back/);
  }
});

test("any other error is a fault of the course, and stays what it is", () => {
  for (const error of [new Error("x"), new TypeError("y"), "ENOENT", { code: "ENOENT" }])
    assert.equal(refusalOf(error), undefined);
});

/** Each rule of the orchestrator is broken once, and the sweep alone finds it. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { type MakeCandidate, sweep } from "#given/09-saga/further/sweep.ts";
import { makeFolder } from "../../workbook/checks/trial-folder.ts";
import { courseRoot, lessonIn } from "../../workbook/work/course.ts";
import { referenceOf } from "../candidates.ts";
import { type Change, changed, readChanges } from "../changes.ts";

const rules = readFileSync(join(import.meta.dirname, "rules.diff"), "utf8");
const reference = referenceOf(lessonIn(courseRoot, "09-saga"), courseRoot);
const folder = makeFolder(courseRoot);

interface OrchestratorModule {
  Orchestrator: new (...options: Parameters<MakeCandidate>) => ReturnType<MakeCandidate>;
}

/** The reference answer with the mistake in it, as a module of its own. */
async function plant(mistake: Change): Promise<MakeCandidate> {
  const place = join(folder, mistake.name.replaceAll(/\W+/g, "-"));
  mkdirSync(place);
  for (const [file, text] of Object.entries(changed(reference, mistake)))
    writeFileSync(join(place, file), text);
  const url = pathToFileURL(join(place, "orchestrator.ts")).href;
  const { Orchestrator }: OrchestratorModule = await import(url);
  return (options) => new Orchestrator(options);
}

for (const mistake of readChanges(rules, "rules.diff")) {
  test(`the sweep finds: ${mistake.name}`, async (t) => {
    const make = await plant(mistake);
    const without = await sweep(make, { crashes: 0, limit: 1 });
    // Where no single failure shows it, a crash has to.
    const { failures } =
      without.failures.length > 0 ? without : await sweep(make, { limit: 1 });
    assert.equal(failures.length, 1);
    t.diagnostic(`${failures[0]}`);
  });
}

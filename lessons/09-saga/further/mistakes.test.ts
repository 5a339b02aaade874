/** Each rule of the orchestrator is broken once; the sweep alone, without any other check, finds it. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type MakeCandidate, sweep } from "#given/09-saga/sweep.ts";
import { type Mistake, mistakes } from "./mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const trials = join(root, ".trial");
mkdirSync(trials, { recursive: true });
const folder = mkdtempSync(join(trials, "saga-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface OrchestratorModule {
  Orchestrator: new (...options: Parameters<MakeCandidate>) => ReturnType<MakeCandidate>;
}

/** The reference answer with the mistake in it, as a module of its own. */
async function plant({ name, change }: Mistake): Promise<MakeCandidate> {
  const place = join(folder, name.replaceAll(/\W+/g, "-"));
  mkdirSync(place);
  for (const file of ["decide.ts", "orchestrator.ts"]) {
    let text = readFileSync(join(root, "solutions", "09-saga", file), "utf8");
    for (const { find, put } of change.filter((each) => each.file === file)) {
      assert.equal(text.split(find).length, 2, `once in ${file}: ${find}`);
      text = text.replace(find, () => put);
    }
    writeFileSync(join(place, file), text);
  }
  const url = pathToFileURL(join(place, "orchestrator.ts")).href;
  const { Orchestrator }: OrchestratorModule = await import(url);
  return (options) => new Orchestrator(options);
}

for (const mistake of mistakes) {
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

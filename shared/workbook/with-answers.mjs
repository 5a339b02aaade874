// What a command of maintainers begins with: it needs every reference answer, and a package that an
// install for production leaves out.
import { existsSync, readdirSync } from "node:fs";
import { end } from "./ready.mjs";

const course = new URL("../../", import.meta.url);
const [name] = process.argv.slice(2);
try {
  if (name) import.meta.resolve(name);
} catch {
  end(`The package ${name} is not installed.`, "Install it with: npm ci --include=dev");
}
const missing = readdirSync(new URL("lessons", course))
  .filter((name) => /^\d+-/.test(name))
  .find((name) => !existsSync(new URL(`solutions/${name}`, course)));
if (missing !== undefined) {
  end(
    `This needs the reference answers, and solutions/${missing} is not here.`,
    "Ask whoever gave you the course.",
  );
}

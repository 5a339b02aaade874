// What a command begins with that needs every reference answer: a course may come without.
import { existsSync, readdirSync } from "node:fs";
import "./ready.mjs";

const course = new URL("../../", import.meta.url);
const missing = readdirSync(new URL("lessons", course))
  .filter((name) => /^\d+-/.test(name))
  .find((name) => !existsSync(new URL(`solutions/${name}`, course)));
if (missing !== undefined) {
  console.error(
    `This needs the reference answers, and solutions/${missing} is not here.\nAsk whoever gave you the course.`,
  );
  process.exit(1);
}

// Plain JavaScript, so that it runs where TypeScript does not yet: on an old Node, or before the
// install, where all it does is to say so.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `The workbook needs Node.js 20.19 or later, and this is ${process.versions.node}.`,
    "Get a newer one from https://nodejs.org, and open a new terminal.",
  );
} else {
  await start();
}

async function start() {
  try {
    const { register } = await import("tsx/esm/api");
    register();
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    fail("The workbook is not installed yet.", "Install it with: npm ci");
    return;
  }
  await import("./lesson.ts");
}

function fail(what, next) {
  console.error(`${what}\n${next}`);
  process.exitCode = 1;
}

// Plain JavaScript, so that it runs where TypeScript does not yet: on an old Node, or before the
// install, where all it does is to say so. Every command that runs TypeScript begins with it.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  end(
    `The workbook needs Node.js 20.19 or later, and this is ${process.versions.node}.`,
    "Get a newer one from https://nodejs.org, and open a new terminal.",
  );
}
try {
  import.meta.resolve("tsx");
} catch {
  end("The workbook is not installed yet.", "Install it with: npm ci");
}

export function end(what, next) {
  console.error(`${what}\n${next}`);
  process.exit(1);
}

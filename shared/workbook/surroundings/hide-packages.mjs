// Loaded before a command: the packages that `npm ci --omit=dev` leaves out are not there.
import { readFileSync } from "node:fs";
import Module, { register } from "node:module";

const lock = new URL("../../../package-lock.json", import.meta.url);
const { packages } = JSON.parse(readFileSync(lock, "utf8"));
const hidden = new Set(
  Object.keys(packages)
    .filter((path) => packages[path].dev && path.lastIndexOf("node_modules/") === 0)
    .map((path) => path.slice("node_modules/".length)),
);

/** In Node's own words, which differ. */
function refuse(name, what, code) {
  if (!hidden.has(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0])) return;
  throw Object.assign(new Error(`Cannot find ${what} '${name}'`), { code });
}

/** For `import`. */
export function resolve(name, context, next) {
  refuse(name, "package", "ERR_MODULE_NOT_FOUND");
  return next(name, context);
}

// The hooks are this file too, in a thread of their own.
if (process.env.WORKBOOK_HOOKS === undefined) {
  process.env.WORKBOOK_HOOKS = "1";
  register(import.meta.url);
  delete process.env.WORKBOOK_HOOKS;
  const { _resolveFilename: find } = Module;
  Module._resolveFilename = (name, ...more) => {
    refuse(name, "module", "MODULE_NOT_FOUND");
    return find.call(Module, name, ...more);
  };
}

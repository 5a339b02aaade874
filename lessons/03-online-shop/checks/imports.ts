/** Which services a service needs, as its imports say. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const services = ["order-service", "notification-service", "analytics-service"];
const [folder = ""] = services.map((name) => dirname(fileOf(name)));

/** Each service that another one imports, itself or by way of a file beside it. Types alone do not count. */
export function importedServices(): string[] {
  return services.flatMap((service) => {
    const found = reachedFrom(fileOf(service));
    return services
      .filter((other) => other !== service && found.has(fileOf(other)))
      .map((other) => `${service} imports ${other}`)
      .concat(found.has(atRunTime) ? [`${service} imports something at run time`] : []);
  });
}

function fileOf(service: string): string {
  const address = import.meta.resolve(`#lesson/03-online-shop/${service}.ts`);
  return fileURLToPath(address);
}

/** What `import(…)` names may be known at run time only, so they count whatever they name. */
const atRunTime = "at run time";

/** The files of the same folder that a file imports, and those that they import. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  const code = readFileSync(file, "utf8").replace(notCode, (part) =>
    /^["']/.test(part) ? part : " ",
  );
  if (/(?<![.#])\bimport\s*\(/.test(code.replace(strings, '""'))) reached.add(atRunTime);
  for (const [, specifier = ""] of code.matchAll(imports)) {
    const target = fileBehind(specifier, file);
    if (!target?.startsWith(folder) || reached.has(target)) continue;
    reached.add(target);
    reachedFrom(target, reached);
  }
  return reached;
}

const strings = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
/** Strings are here so that a comment does not begin inside one. */
const notCode = new RegExp(
  `${strings.source}|//.*|/\\*[^]*?\\*/|\`(?:\\\\[^]|[^\`\\\\])*\``,
  "g",
);
const imports =
  /^[ \t]*(?:import|export)\b(?!\s+type\b[^=;]*\bfrom\b)[^"'`;()]*?["']([^"'\n]+)["']/gm;

function fileBehind(specifier: string, from: string): string | undefined {
  const own = /^#(?:lesson|shop)\/(?:03-online-shop\/)?(.*)/.exec(specifier)?.[1];
  if (own === undefined && !specifier.startsWith(".")) return undefined;
  const path = own === undefined ? join(dirname(from), specifier) : join(folder, own);
  return [path, path.replace(/\.js$/, ".ts"), `${path}.ts`].find(
    (each) => /\.ts$/.test(each) && existsSync(each),
  );
}

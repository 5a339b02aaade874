/** Which files a service needs, as its imports say. */
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
      .map((other) => `${service} imports ${other}`);
  });
}

function fileOf(service: string): string {
  const address = import.meta.resolve(`#lesson/03-online-shop/${service}.ts`);
  return fileURLToPath(address);
}

/** The files of the same folder that a file imports, and those that they import. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  for (const specifier of importsIn(readFileSync(file, "utf8"))) {
    const target = fileBehind(specifier, file);
    if (!target?.startsWith(folder) || reached.has(target)) continue;
    reached.add(target);
    reachedFrom(target, reached);
  }
  return reached;
}

function fileBehind(specifier: string, from: string): string | undefined {
  const own = /^#(?:lesson|shop)\/(?:03-online-shop\/)?(.*)/.exec(specifier)?.[1];
  if (own === undefined && !specifier.startsWith(".")) return undefined;
  const path = own === undefined ? join(dirname(from), specifier) : join(folder, own);
  return [path, path.replace(/\.js$/, ".ts"), `${path}.ts`].find(
    (each) => /\.ts$/.test(each) && existsSync(each),
  );
}

/** What stands in quotes after `import` or `from`, without what only types, comments or strings say. */
export function importsIn(source: string): string[] {
  const skipped = /\/\/.*|\/\*[\s\S]*?\*\/|`(?:\\[\s\S]|[^`\\])*`/g;
  const strings = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  const kept = new RegExp(`${strings.source}|${skipped.source}`, "g");
  const code = source
    .replace(/\b(import|require)\s*\(\s*`([^`$]*)`/g, '$1("$2"')
    .replace(kept, (part) => (/^["']/.test(part) ? part : " "));
  const imported =
    /^[ \t]*(?:import|export)\b(?!\s+type\b[^=;]*\bfrom\b)[^"'`;()]*?["']([^"'\n]+)["']|\b(?:import|require)\s*\(\s*["']([^"'\n]+)["']/gm;
  return [...code.matchAll(imported)].map(([, first, second]) => first ?? second ?? "");
}

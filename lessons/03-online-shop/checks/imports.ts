/** Which services a service imports, as its code says. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const services = ["order-service", "notification-service", "analytics-service"];

/** Each service that another one imports. Types alone do not count. */
export function importedServices(): string[] {
  return services.flatMap((service) => {
    const address = import.meta.resolve(`#lesson/03-online-shop/${service}.ts`);
    const code = readFileSync(fileURLToPath(address), "utf8").replace(notCode, (part) =>
      /^["']/.test(part) ? part : " ",
    );
    // What `import(…)` names may be known at run time only, so it counts whatever it names.
    const atRunTime = /(?<![.#])\bimport\s*\(/.test(code.replace(strings, '""'));
    return [...code.matchAll(imports)]
      .map(([, path = ""]) => basename(path).replace(/\.[jt]s$/, ""))
      .filter((other) => services.includes(other))
      .map((other) => `${service} imports ${other}`)
      .concat(atRunTime ? [`${service} imports something at run time`] : []);
  });
}

const strings = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
/** Strings are here so that a comment does not begin inside one. */
const notCode = new RegExp(
  `${strings.source}|//.*|/\\*[^]*?\\*/|\`(?:\\\\[^]|[^\`\\\\])*\``,
  "g",
);
const imports =
  /^[ \t]*(?:import|export)\b(?!\s+type\b[^=;]*\bfrom\b)[^"'`;()]*?["']([^"'\n]+)["']/gm;

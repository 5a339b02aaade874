import wrapAnsi from "wrap-ansi";
import { answersMissing } from "./answers.ts";
import { findLessons, shortPath } from "./course.ts";

/** What Node adds to an error of the operating system. */
type SystemError = Omit<NodeJS.ErrnoException, "path"> & {
  path?: string | Buffer;
  dest?: string | Buffer;
  address?: string;
  port?: number;
};

const again = "then run this again.";

/** By the code of an error: what was wrong, where, and what to do next. */
const sentences: Record<string, (where: string) => string> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: (where) => `${where} is on a disk that nothing can be written to. ${ownFolder}`,
  ENOENT: notThere,
  ENOTDIR: (where) =>
    `${where} lies behind a file where a folder belongs. Move that file away, ${again}`,
  EEXIST: (where) => `${where} is in the way. Move it away, ${again}`,
  EISDIR: (where) => `${where} is a folder where a file belongs. Move it away, ${again}`,
  ELOOP: (where) => `${where} is a link that leads to itself. Remove it, ${again}`,
  EBUSY: (where) => `Another program has ${where} open. Close that program, ${again}`,
  ENAMETOOLONG: (where) =>
    `The path ${where} is too long for this system. Move the course to a folder with a shorter path, ${again}`,
  ENOSPC: (where) =>
    `The disk is full: ${where} could not be written. Make room, ${again}`,
  EDQUOT: (where) =>
    `Your share of the disk is full: ${where} could not be written. Make room, ${again}`,
  EMFILE: (where) =>
    `Too many files are open for ${where}. Close other programs, or allow more (ulimit -n 4096), ${again}`,
  ENFILE: (where) =>
    `Too many files are open for ${where}. Close other programs, ${again}`,
  EADDRINUSE: (where) =>
    `Another program listens at ${where} already. End it, or choose another port.`,
  EADDRNOTAVAIL: (where) => `This machine has no address ${where}. Choose another one.`,
  ECONNREFUSED: (where) => `Nothing answers at ${where}. Start it, ${again}`,
  ECONNRESET: (where) => `The connection to ${where} was cut. Run this again.`,
  ETIMEDOUT: (where) => `Nothing answers at ${where}. See whether it runs, ${again}`,
  ENOTFOUND: (where) =>
    `There is no machine with the name ${where}. See how it is spelled.`,
};

const ownFolder = `Put the course into a folder of your own, or change whose folder this is, ${again}`;

function notAllowed(where: string): string {
  return `This system does not let you read or change ${where}. ${ownFolder}`;
}

function notThere(where: string): string {
  const lesson = findLessons().find((each) =>
    where.startsWith(`${shortPath(each.answers)}/`),
  );
  const missing = lesson && answersMissing(lesson);
  return missing ?? `${where} is not there. Put it back, ${again}`;
}

/**
 * A sentence in place of an error of the system or of a package that is missing: what was wrong, where, and what to do next.
 *
 * @returns nothing for any other error, which is a fault of the course
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  const [, missing = ""] =
    /^Cannot find (?:package|module) '([^']+)'/.exec(error.message) ?? [];
  if (/^(\/|[A-Za-z]:)/.test(missing)) return notThere(shortPath(missing));
  // `import` names the package, `require.resolve` a file in it.
  const [name] = /^(@[^/]+\/)?[^./\\#:]+/.exec(missing) ?? [];
  if (name !== undefined)
    return `The package ${name} is not installed. Install it with: npm ci --include=dev`;
  if (!Object.hasOwn(sentences, code)) return undefined;
  return sentences[code]?.(placeOf(error as SystemError));
}

function placeOf({ path, dest, address, port, ...error }: SystemError): string {
  const file = dest ?? path;
  if (file !== undefined) return shortPath(String(file)) || "this folder";
  const host = address?.includes(":") ? `[${address}]` : address;
  if (host !== undefined) return port === undefined ? host : `${host}:${port}`;
  const { hostname } = error as { hostname?: string };
  return hostname ?? "a file";
}

/** From now on, what the operating system refuses to this program ends it with one sentence. */
export function tellRefusals(): void {
  process.once("uncaughtException", (error) => {
    const sentence = refusalOf(error);
    if (sentence === undefined) throw error;
    process.stderr.write(`${wrapAnsi(sentence, 80)}\n`);
    process.exit(1);
  });
}

/** Settings from the environment: a secret in a file is a secret that somebody publishes. */
import { type ProviderName, providerNames } from "./sign.ts";

export interface Settings {
  readonly provider: ProviderName;
  readonly secret: string;
  readonly port: number;
  readonly host: string;
  /** The secret is the one in this file: good for practice, and for nothing else. */
  readonly isPractice: boolean;
}

/** Everybody can read it here, so it is worth nothing. Standard Webhooks wants base64. */
export const practiceSecret = "whsec_cHJhY3RpY2UtbWFrZXMtcGVyZmVjdA==";

/** Names of this machine that no other machine can reach. */
const loopback = ["127.0.0.1", "::1", "localhost"];

/**
 * Reads `WEBHOOK_SECRET`, `WEBHOOK_PROVIDER` (github), `PORT` (3007) and `HOST` (127.0.0.1).
 *
 * @throws RangeError in a sentence, if one of them makes no sense, or if others than this machine
 *   could reach a server that has only the practice secret
 */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const { WEBHOOK_SECRET } = env;
  // An empty one is as good as none; an empty HOST would be every address of this machine.
  const WEBHOOK_PROVIDER = env.WEBHOOK_PROVIDER || "github";
  const HOST = env.HOST || "127.0.0.1";
  const provider = providerNames.find((name) => name === WEBHOOK_PROVIDER);
  if (provider === undefined) {
    throw new RangeError(
      `WEBHOOK_PROVIDER must be one of ${providerNames.join(", ")}; got ${WEBHOOK_PROVIDER}.`,
    );
  }
  if (WEBHOOK_SECRET === "") {
    throw new RangeError("WEBHOOK_SECRET is empty: then anybody could sign.");
  }
  const isPractice = WEBHOOK_SECRET === undefined;
  if (isPractice && !loopback.includes(HOST)) {
    throw new RangeError(`Set WEBHOOK_SECRET before others can reach you on ${HOST}.`);
  }
  const port = Number(env.PORT || 3007);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`PORT must be from 0 to 65535; got ${env.PORT}.`);
  }
  return {
    ...{ provider, port, isPractice },
    secret: WEBHOOK_SECRET ?? practiceSecret,
    host: HOST,
  };
}

/** Where this machine reaches a server with such settings: `127.0.0.1:3007`, `[::1]:3007`. */
export function placeOf({ host, port }: Pick<Settings, "host" | "port">): string {
  const here = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  return `${here.includes(":") ? `[${here}]` : here}:${port}`;
}

/** The settings of this process, or one sentence and the end. */
export function settingsOrExit(): Settings {
  try {
    return settingsFrom(process.env);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

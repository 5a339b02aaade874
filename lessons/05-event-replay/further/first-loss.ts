/**
 * Where a value would come back from JSON as something else, and as what: `.total: NaN becomes
 * null`. Undefined if it would come back as it is. `JSON.stringify` refuses a BigInt and a circular reference;
 * all the rest it changes or drops in silence. A log that is kept for years may want to look first,
 * at the price of about as much time as writing the line takes.
 */
export function firstLoss(value: unknown, path = ""): string | undefined {
  const loss = lossOf(value);
  if (loss) return `${path || "the data"}: ${loss}`;
  if (value === null || typeof value !== "object") return undefined;
  for (const [key, part] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    const found = firstLoss(part, place);
    if (found) return found;
  }
  return undefined;
}

function lossOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return undefined;
      return `${Object.is(value, -0) ? "-0" : value} becomes ${JSON.stringify(value)}`;
    case "undefined":
    case "function":
    case "symbol":
      return `${typeof value} is left out`;
    case "bigint":
      return "bigint is refused";
    case "object":
      return isPlain(value) ? undefined : `${value?.constructor?.name} loses its kind`;
    default:
      return undefined;
  }
}

/** Null, an array, or an object of no class. */
function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

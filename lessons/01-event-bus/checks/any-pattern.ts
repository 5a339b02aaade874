/** `matches` beside its model on every short pattern and name, where a bus is asked, too, and on long ones made up by chance. */
import { test } from "node:test";
import fc from "fast-check";
import { budget, DayError } from "#any-day";
import { upTo } from "#any-day/drawing";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { matches } from "#lesson/01-event-bus/wildcards.ts";
import { named } from "./desk.ts";
import { slowMatches } from "./model.ts";

const title = "`matches` agrees with the rules on every short pattern and name";
const ODD =
  "a|A| a|a*|#a|a#|+|[ab]|^a?\n\\$|🛒|constructor|$a|\\*|**|>|caf\u00e9|cafe\u0301|\ud800|\ufffd";

/** Registers the check of `matches` in a step. */
export function anyPattern(step: number): void {
  test(`step ${step} · ${title}`, () => {
    const wild = step < 5 ? ["*"] : ["*", "#"];
    const odd = [...ODD.split("|"), ...wild];
    const few = ["a", "b", ""];
    compareAll(texts([...few, ...wild], 3), texts(few, 4));
    compareAll(texts([...few, ...wild], 3), texts(few, 3), hears);
    // What a cache of answers may put between a pattern and a name.
    const single = [..."|:,; /\n\t\0-_=@~>"];
    const signs = [...single, ...single.map((sign) => sign + sign), "->", "=>"];
    const keys = signs.flatMap((sign) => [`*${sign}a`, `a${sign}a`]);
    compareAll([...keys, "*"], [...keys, "a"]);
    const beside = (one: string) => wild.flatMap((x) => [`${one}.${x}`, `${x}.${one}`]);
    const most = [...odd, ...odd.flatMap(beside)];
    compareAll(most, texts(odd, 2));
    compareAll(most, [...odd, ...odd.map((one) => `${one}.a`)], hears);
    // Long ones of a few words, and names that they match but for a word or two.
    const part = fc.tuple(fc.nat(59), fc.constantFrom(...few), upTo(400), fc.nat(9));
    const sample = fc.record({
      some: fc.subarray([...few, ...wild], { minLength: 1 }),
      power: fc.constantFrom(0, 1 / 6, 1),
      // Of a few parts, nothing is cut off: then the long ones match, too.
      most: fc.constantFrom(4, 24),
      parts: fc.array(part, { maxLength: 24, size: "max" }),
    });
    const { seed, days } = budget();
    const drawn = fc.sample(sample, { seed, numRuns: 2 * days });
    const pairs = drawn.map(({ some, power, most, parts }): [string, string] => {
      const [pattern, name]: [string[], string[]] = [[], []];
      for (const [at, other, many, odd] of parts.slice(0, most)) {
        const one = some[at % some.length] as string;
        const times = Math.floor(many ** power);
        const word = odd === 0 || wild.includes(one) ? other : one;
        pattern.push(...Array<string>(one === "#" ? 1 : times).fill(one));
        name.push(...Array<string>(odd < 2 ? times - 1 : times).fill(word));
      }
      return [pattern.slice(0, 600).join("."), name.slice(0, 600).join(".")];
    });
    // The shortest on which the two differ is told.
    pairs.sort((one, other) => one.join("").length - other.join("").length);
    for (const [pattern, name] of pairs) compareAll([pattern], [name]);
  });
}

export function compareAll(patterns: string[], names: string[], ask = matches): void {
  for (const pattern of patterns)
    for (const name of names) {
      const expected = slowMatches(pattern, name);
      const actual = ask(pattern, name);
      if (actual === expected) continue;
      const story = [`${ask.name}: pattern ${named(pattern)}, name ${named(name)}`];
      throw new DayError(title, story, String(expected), String(actual));
    }
}

/** Whether a listener of this pattern hears an event of that name, which the bus knows already, and none once it has left. */
export function hears(pattern: string, name: string): boolean {
  if (!pattern || /^$|(^|\.)[*#](\.|$)/.test(name)) return slowMatches(pattern, name);
  let calls = 0;
  const bus = new EventBus();
  const deliver = () => bus.deliver({ id: "elsewhere-1", name, data: {}, timestamp: 5 });
  deliver();
  const end = bus.subscribe(pattern, () => (calls += 1));
  deliver();
  end();
  deliver();
  return calls === 1;
}

/** All strings of up to `most` of these words. */
function texts(words: string[], most: number): string[] {
  let all = ["", ...words];
  for (let length = 2; length <= most; length++)
    all = [...all, ...all.flatMap((before) => words.map((word) => `${before}.${word}`))];
  return [...new Set(all)];
}

// Every control of every figure is turned in the middle of its story. All the while the picture must
// show what the log says, and both what the lesson's code has done.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { judge } from "../../shared/course/account.ts";
import { courseRoot, findLessons, readText } from "../../shared/workbook/work/course.ts";
import { sourcesIn } from "../pictures.ts";
import type { Control, Figure, FigureWords, Scene, Settings } from "./figure.ts";
import { plays } from "./plays.ts";
import { figures, moduleOf } from "./render.ts";
import { Teller } from "./teller.ts";

// biome-ignore lint/suspicious/noExplicitAny: states and code of nine figures have nothing in common.
type Any = Record<string, any>;
type AnyFigure = Figure<Any, Any, FigureWords>;

const folder = mkdtempSync(join(tmpdir(), "workbook-truth-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What somebody sees who looks at a figure. */
interface Seen {
  picture: Any;
  lines: string[];
  settings: Settings;
  /** The log since a control was turned last. */
  since: string[];
}

/** What a figure shows, held against its log and against what its code has done. */
interface Witness {
  /** The code, so that one hears what it does. */
  watched?: Any;
  /** Holds at every moment. */
  picture?(seen: Seen): void;
  /** Holds whenever the story has caught up with the code. */
  code?(seen: Seen): void;
}

const count = (lines: string[], what: RegExp) =>
  lines.filter((line) => what.test(line)).length;

/** Counts the events of every bus that the code makes from now on. */
function listening(code: Any) {
  const emitted: string[] = [];
  const heard: string[] = [];
  class Watched extends code.EventBus {
    emit(name: string, data: unknown): unknown {
      emitted.push(name);
      return super.emit(name, data);
    }
    subscribe(pattern: string, listener: (...heard: unknown[]) => unknown) {
      return super.subscribe(pattern, (...event: unknown[]) => {
        heard.push(pattern);
        return listener(...event);
      });
    }
  }
  return { emitted, heard, watched: { ...code, EventBus: Watched } };
}

const witnesses: Record<string, (code: Any) => Witness> = {
  "01-event-bus": (code) => {
    const { emitted, heard, watched } = listening(code);
    return {
      watched,
      picture({ picture, lines, settings, since }) {
        for (const [name, times] of Object.entries<number>(picture.heard))
          assert.equal(count(lines, new RegExp(`^${name} hears it`)), times, name);
        assert.equal(count(lines, /^The shop emits/), picture.emitted);
        for (const line of since.filter((each) => / emits /.test(each)))
          assert.ok(line.includes(`emits ${settings.event}.`), line);
      },
      code({ picture, lines }) {
        assert.equal(picture.emitted, emitted.length);
        assert.equal(count(lines, / hears it: \S+ matches/), heard.length);
      },
    };
  },
  "02-events-and-listeners": (code) => {
    const { emitted, watched } = listening(code);
    return {
      watched,
      picture({ picture, lines, settings }) {
        assert.equal(picture.emitted, count(lines, /^The shop emits/));
        assert.equal(picture.emails, count(lines, /email-sender hears it/));
        assert.equal(picture.lines, count(lines, /logger hears it/));
        for (const [name, isThere] of Object.entries(picture.connected))
          assert.equal(isThere, settings[name], name);
      },
      code: ({ picture }) => assert.equal(picture.emitted, emitted.length),
    };
  },
  "03-online-shop": (code) => {
    const { emitted, watched } = listening(code);
    return {
      watched,
      picture({ picture, lines, settings }) {
        assert.equal(picture.history, count(lines, /emits order\.(created|paid)/));
        assert.equal(picture.orders, count(lines, / emits order\.created/));
        assert.equal(picture.paid, count(lines, / emits order\.paid/));
        assert.equal(picture.emails, count(lines, /writes an email/));
        assert.equal(picture.texts, count(lines, / an SMS\./));
        for (const [name, isRunning] of Object.entries(picture.running))
          assert.equal(isRunning, settings[name], name);
      },
      code: ({ picture }) => assert.equal(picture.history, emitted.length),
    };
  },
  "04-event-queue": () => ({
    picture({ picture, lines, settings }) {
      const { queue, sent, dead, hand, waiting } = picture;
      const jobs = [queue, sent, dead, hand?.job ?? [], waiting?.job ?? []].flat();
      // Who is tried again waits behind nobody, but is nowhere twice.
      assert.deepEqual(jobs.sort(), lines.length > 0 ? ["Ann", "Bob", "Cem", "Di"] : []);
      assert.equal(sent.length, count(lines, /email is sent\.$/));
      const failed = count(lines, /The mail server fails|is given up/);
      const most = { never: 0, once: 1, twice: 2, always: 3 }[`${settings.fails}`];
      assert.ok(failed <= (most ?? 0), `failed ${failed} times`);
    },
  }),
  "05-event-replay": () => ({
    picture({ picture, lines, settings }) {
      const { played, orders, payments, revenue } = picture;
      const shown = { orders, payments, revenue };
      assert.deepEqual(shown, dayOfTheText(played), `after ${played} events`);
      assert.equal(settings.place, played);
      assert.deepEqual([picture.emails, picture.texts, picture.again], [4, 3, 0]);
      const said = /revenue (?:so far: |)?([\d.]+ UAH)/i.exec(lines.at(-1) ?? "")?.[1];
      if (said) assert.equal(said, revenue);
    },
  }),
  "06-rabbitmq": (code) => {
    let acknowledged = 0;
    const Watched = {
      open: (connection: object, options: object, handle: (...a: unknown[]) => unknown) =>
        code.RabbitConsumer.open(connection, options, async (...message: unknown[]) => {
          await handle(...message);
          acknowledged++;
        }),
    };
    return {
      watched: { ...code, RabbitConsumer: Watched },
      picture({ picture, lines, settings }) {
        const held = Object.keys(picture.inHand).filter((name) =>
          name.startsWith("worker"),
        ).length;
        const emails = count(lines, /^The exchange puts a copy into email-worker/);
        const sent = count(lines, /^email [12] is done/);
        const kept = picture.emails.length + held;
        assert.equal(kept, emails - sent, "what is not acknowledged stays");
        assert.equal(picture.confirmed, count(lines, /, and confirms/));
        for (const name of ["worker1", "worker2"])
          assert.equal(!picture.killed.includes(name), settings[name], name);
      },
      code: ({ lines }) => assert.equal(count(lines, / acknowledges: /), acknowledged),
    };
  },
  "07-webhook": (code) => {
    const { heard, watched } = listening(code);
    return {
      watched,
      picture({ picture, lines, settings, since }) {
        assert.equal(picture.refused, count(lines, /^4\d\d: /));
        assert.equal(picture.stored.length, count(lines, /^It is on the disk/));
        assert.equal(picture.events, count(lines, /^Only now /));
        const isRefused = ["forged", "changed", "old"].includes(`${settings.delivery}`);
        if (isRefused) assert.equal(count(since, /^The signature fits/), 0);
      },
      code: ({ picture }) => assert.equal(picture.events, heard.length),
    };
  },
  "08-kafka-on-files": (code) => {
    const watching = committing(code);
    return {
      watched: watching.code,
      picture({ picture, lines, settings }) {
        const records = picture.records.flat();
        assert.equal(records.length, count(lines, /^A parcel for/));
        assert.equal(picture.down, settings.van2 === false);
        for (const [name, read] of Object.entries(picture.read))
          assert.equal(read, readBy(name, lines), name);
      },
      code({ picture }) {
        assert.deepEqual(picture.drivers, watching.offsets("drivers"));
        assert.deepEqual(picture.statistics, watching.offsets("statistics"));
      },
    };
  },
  "09-saga": () => ({
    picture({ picture, lines, settings }) {
      assert.equal(picture.lines, count(lines, /^(?!From the beginning)/));
      const isRefused = settings.how === "refused";
      if (isRefused) assert.equal(count(lines, /there is no answer/), 0);
      const ends = count(lines, /^saga\./);
      assert.equal(picture.end !== undefined, ends > 0);
    },
  }),
};

/** The figures after the first events of the day that the text of lesson 5 plays. */
function dayOfTheText(played: number) {
  const text = readFileSync(
    join(courseRoot, "lessons", "05-event-replay", "README.md"),
    "utf8",
  );
  const day = [
    ...text.matchAll(/^ {2}\d\d:\d\d {2}(order\.\w+) +\d+ +([\d.,]+) UAH$/gm),
  ].slice(0, played);
  const paid = day.filter(([, name]) => name === "order.paid");
  const revenue = paid.reduce((sum, [, , amount]) => sum + Number(amount), 0);
  return {
    orders: day.length - paid.length,
    payments: paid.length,
    revenue: `${revenue.toFixed(2)} UAH`,
  };
}

/** What each consumer has committed, asked of the consumers themselves. */
function committing(code: Any) {
  interface Polled {
    partition: number;
    offset: number;
  }
  const offsets: Record<string, number[]> = { drivers: [0, 0, 0], statistics: [0, 0, 0] };
  class Watched extends code.Consumer {
    readonly #group: string;
    #polled: Polled[] = [];
    constructor(options: { group: string }) {
      super(options);
      this.#group = options.group;
    }
    async poll(): Promise<Polled[]> {
      const records = await super.poll();
      this.#polled.push(...records);
      return records;
    }
    async commit(): Promise<void> {
      await super.commit();
      const own = offsets[this.#group] ?? [];
      for (const { partition, offset } of this.#polled) own[partition] = offset + 1;
      this.#polled = [];
    }
  }
  const watched = { ...code, Consumer: Watched };
  return { code: watched, offsets: (group: string) => offsets[group] };
}

function readBy(name: string, lines: string[]): number {
  const told = lines.filter((line) => line.startsWith(`${name} polls`));
  return told.reduce((sum, line) => {
    const places = line.match(/\d+\/\d+/g)?.length;
    return sum + (places ?? Number(/has read (\d+)/.exec(line)?.[1]));
  }, 0);
}

function otherValues(control: Control): Settings[string][] {
  if (control.kind === "switch") return [!control.value];
  if (control.kind === "choice")
    return control.options.filter((option) => option !== control.value);
  const { min, max } = control;
  return Array.from({ length: max - min + 1 }, (_, at) => min + at);
}

class Watcher {
  readonly #witness: Witness;
  readonly #figure: AnyFigure;
  readonly teller: Teller<Any>;
  readonly seen: Seen;

  constructor(figure: AnyFigure, code: Any, witness: Witness) {
    this.#figure = figure;
    this.#witness = witness;
    const { controls, initial, words } = figure;
    this.seen = { picture: initial, lines: [], since: [], settings: {} };
    for (const { name, value } of controls) this.seen.settings[name] = value;
    const open = () => figure.open(witness.watched ?? code, words.en);
    this.teller = new Teller(controls, open, this, "en");
    this.#witness.picture?.(this.seen);
  }

  clear(): void {
    Object.assign(this.seen, { picture: this.#figure.initial, lines: [], since: [] });
  }

  say(): void {}

  set(settings: Settings): void {
    Object.assign(this.seen.settings, settings);
  }

  async show({ state, say, ahead }: Scene<Any>): Promise<void> {
    this.seen.picture = state;
    this.seen.lines.push(say);
    this.seen.since.push(say);
    for (const layout of ["wide", "narrow"] as const)
      this.#figure.draw(state, layout, this.#figure.words.en);
    this.#witness.picture?.(this.seen);
    if (!ahead) this.#witness.code?.(this.seen);
  }

  /** Turns a control after some scenes, and plays on until a story is over. */
  async play(scenes: number, control: string, value: Settings[string]): Promise<boolean> {
    for (let scene = 0; scene < scenes; scene++)
      if (!(await this.teller.next(false))) return false;
    await this.teller.change(control, value);
    this.seen.since = [];
    this.#witness.picture?.(this.seen);
    this.#witness.code?.(this.seen);
    for (let scene = 0; await this.teller.next(false); scene++)
      assert.ok(scene < 60, "the story comes to an end");
    return true;
  }
}

test("every lesson has a figure, with a play and a witness, and two pictures", () => {
  const lessons = findLessons();
  const amiss = lessons.flatMap(({ folder, given }) => [
    ...(figures.has(folder) ? [] : [`docs/figures/${folder}.ts: there is no figure`]),
    ...(plays[folder] ? [] : [`docs/figures/plays.ts: nobody plays ${folder}`]),
    ...(witnesses[folder]
      ? []
      : [`docs/figures/truth.test.ts: ${folder} has no witness`]),
    ...(sourcesIn(readText(join(given, "README.md"))).length < 2
      ? [`lessons/${folder}/README.md: it has fewer than two pictures, as mermaid`]
      : []),
  ]);
  judge(amiss.join("\n") || undefined);
  assert.equal(figures.size, lessons.length);
});

for (const [lesson, figure] of figures) {
  test(`${lesson}: whatever is turned, and when, picture, log and code agree`, async () => {
    const file = join(folder, `${lesson}.mjs`);
    writeFileSync(file, await moduleOf(figure));
    const page = await import(pathToFileURL(file).href);
    for (const control of figure.controls) {
      for (const value of otherValues(control)) {
        for (let scenes = 0, goesOn = true; goesOn; scenes++) {
          const witness = witnesses[lesson]?.(page.code) ?? {};
          const watcher = new Watcher(page.figure, page.code, witness);
          const play = watcher.play(scenes, control.name, value);
          goesOn = await play.catch((error) => {
            const when = `${control.name} becomes ${value} after ${scenes} scenes`;
            error.message = `${when}:\n${watcher.seen.lines.join("\n")}\n${error.message}`;
            throw error;
          });
        }
      }
    }
  });
}

import { type Box, box, chip, edge, port, rect, text } from "./drawing.ts";
import {
  choice,
  type Figure,
  type Layout,
  type Scene,
  type Settings,
  Story,
} from "./figure.ts";
import { partitions as partitionWords } from "./words.ts";

type Words = typeof partitionWords.en;
type Code = Pick<typeof import("#lesson/08-kafka-on-files/topic.ts"), "createTopic"> &
  Pick<typeof import("#lesson/08-kafka-on-files/producer.ts"), "Producer"> &
  Pick<typeof import("#lesson/08-kafka-on-files/consumer.ts"), "Consumer"> &
  Pick<typeof import("#lesson/08-kafka-on-files/file-log.ts"), "FileLog">;
type Consumer = InstanceType<Code["Consumer"]>;

type Van = "van-1" | "van-2";

interface State {
  /** The keys of the records, by partition. */
  records: readonly (readonly string[])[];
  /** What each group has committed, by partition. */
  drivers: readonly number[];
  statistics: readonly number[];
  holds: Record<Van, readonly number[]>;
  /** How many records each consumer has read. */
  read: Record<Van | "statistics", number>;
  down: boolean;
}

const vans: readonly Van[] = ["van-1", "van-2"];
const keys = ["ann", "taras", "carla", "gus"];
const topic = "parcels";
/** How many records of a partition there is room to show. */
const ROOM = 7;
/** In simulated ms, from one parcel to the next. */
const EVERY = 4_000;

const initial: State = {
  records: [[], [], []],
  drivers: [0, 0, 0],
  statistics: [0, 0, 0],
  holds: { "van-1": [0, 2], "van-2": [1] },
  read: { "van-1": 0, "van-2": 0, statistics: 0 },
  down: false,
};

const places = {
  wide: {
    producer: rect(8, 100, 112, 54),
    row: (partition: number) => rect(186, 20 + partition * 82, 238, 42),
    "van-1": rect(532, 10, 140, 54),
    "van-2": rect(532, 92, 140, 54),
    statistics: rect(532, 184, 140, 54),
  },
  narrow: {
    producer: rect(4, 6, 112, 46),
    row: (partition: number) => rect(4, 90 + partition * 80, 238, 42),
    "van-1": rect(4, 322, 98, 50),
    "van-2": rect(111, 322, 98, 50),
    statistics: rect(218, 322, 98, 50),
  },
};

export const figure: Figure<State, Code, Words> = {
  lesson: "08-kafka-on-files",
  code: {
    createTopic: "#lesson/08-kafka-on-files/topic.ts",
    Producer: "#lesson/08-kafka-on-files/producer.ts",
    Consumer: "#lesson/08-kafka-on-files/consumer.ts",
    FileLog: "#lesson/08-kafka-on-files/file-log.ts",
  },
  words: partitionWords,
  controls: [
    choice("key", ["turn", ...keys]),
    { kind: "switch", name: "van2", value: true },
  ],
  initial,
  heights: { wide: 264, narrow: 380 },

  draw(state, layout, words) {
    const place = places[layout];
    const { read, down } = state;
    const rows = [0, 1, 2].map((partition) => row(state, partition, layout, words));
    const off = down ? "off" : "plain";
    return [
      ...rows,
      box(place.producer, words.producer, [words.send], "strong"),
      box(place["van-1"], "van-1", [words.read(read["van-1"])]),
      box(place["van-2"], "van-2", [down ? words.down : words.read(read["van-2"])], off),
      box(place.statistics, "statistics", [words.read(read.statistics)], "store"),
    ].join("");
  },

  open: (code, words) => new Depot(code, words),
};

function row(state: State, partition: number, layout: Layout, words: Words): string {
  const place = places[layout];
  const area = place.row(partition);
  const all = state.records[partition] ?? [];
  const drivers = state.drivers[partition] ?? 0;
  const first = Math.max(0, all.length - ROOM);
  const cells = all.slice(first).map((key, at) => {
    const offset = first + at;
    const cell = rect(area.x + 4 + at * 33, area.y + 4, 31, 20);
    const isDone = offset < drivers;
    const label = `${key.slice(0, 1).toUpperCase()}${isDone ? "✓" : ""}`;
    const number = text(cell.x + 15.5, cell.y + 32, String(offset), "tiny");
    return `${chip(cell, label, isDone ? "good" : "plain")}${number}`;
  });
  const track = `<rect class="track" x="${area.x}" y="${area.y}" width="${area.w}" height="${area.h}" rx="6"/>`;
  const name = text(area.x, area.y - 7, words.partition(partition), "note start");
  const offsets = words.offsets(drivers, state.statistics[partition] ?? 0);
  const below = text(area.x + area.w, area.y - 7, offsets, "sub end");
  return `${edgesOf(state, partition, layout)}${track}${cells.join("")}${name}${below}`;
}

/** From the producer, to the van, and to statistics. A phone has room for the van's name alone. */
function edgesOf({ holds, down }: State, partition: number, layout: Layout): string {
  const place = places[layout];
  const area = place.row(partition);
  const producer = port(place.producer, "right");
  const van: Van = holds["van-2"].includes(partition) ? "van-2" : "van-1";
  const lost = van === "van-2" && down;
  const end = (to: Box, shift: number) =>
    edge(
      `${van}-${partition}`,
      port(area, "right", shift),
      port(to, "left"),
      lost ? "off" : "",
    );
  const statistics = port(place.statistics, "left");
  if (layout === "wide")
    return [
      edge(`statistics-${partition}`, port(area, "right", 8), statistics, "faint"),
      edge(`send-${partition}`, producer, port(area, "left")),
      end(place[van], -6),
    ].join("");
  const tag = rect(266, area.y + 6, 50, 24);
  const row = port(area, "right", -10);
  return [
    edge(`send-${partition}`, producer, row, "hidden", [160, 60]),
    end(tag, -3),
    chip(tag, van, lost ? "off" : "plain"),
  ].join("");
}

let disks = 0;

/** A topic, its producer and its two groups, on a disk of their own. */
class Depot extends Story<State, Code, Words> {
  readonly #folder = `disk-${++disks}`;
  #time = 0;
  readonly #clock = () => this.#time;
  readonly #producer = new this.code.Producer({
    folder: this.#folder,
    clock: this.#clock,
  });
  readonly #consumers = new Map<string, Consumer>();
  /** The partitions whose logs were opened since somebody last looked. */
  #opened: number[] = [];
  /** What a van has read and not committed. */
  readonly #uncommitted = new Map<Van, Awaited<ReturnType<Consumer["poll"]>>>();

  constructor(code: Code, words: Words) {
    super(code, words, initial);
    code.createTopic(this.#folder, topic, initial.records.length);
    for (const van of vans) this.#join("drivers", van);
    this.#join("statistics", "statistics");
  }

  async *go({ key }: Settings): AsyncGenerator<Scene<State>> {
    // The last story may have ended between a poll and its commit.
    for (const van of vans) yield* this.#commit(van);
    for (const each of key === "turn" ? keys : [String(key)]) {
      this.#time += EVERY;
      yield await this.#send(each);
      for (const van of vans) yield* this.#drive(van);
    }
    yield* this.#count();
  }

  override *change(name: string, settings: Settings): Generator<Scene<State>> {
    if (name !== "van2") return;
    const down = !settings.van2;
    // What it has read and not committed, the other one will read again.
    if (down) this.#uncommitted.delete("van-2");
    else this.#join("drivers", "van-2");
    const say = down ? this.words.stops : this.words.starts;
    yield this.scene({ down }, say);
  }

  #join(group: string, id: string): void {
    const consumer = new this.code.Consumer({
      folder: this.#folder,
      group,
      id,
      clock: this.#clock,
      openLog: (path) => {
        this.#opened.push(Number(/(\d+)\.log$/.exec(path)?.[1]));
        return new this.code.FileLog(path);
      },
    });
    consumer.subscribe(topic);
    this.#consumers.set(id, consumer);
  }

  async #send(key: string): Promise<Scene<State>> {
    const { partition, offset } = await this.#producer.send(topic, {}, { key });
    const records = this.state.records.map((row, at) =>
      at === partition ? [...row, key] : row,
    );
    const say = this.words.sends(key, partition, offset);
    return this.scene({ records }, say, `send-${partition}`);
  }

  async *#drive(van: Van): AsyncGenerator<Scene<State>> {
    if (van === "van-2" && this.state.down) {
      yield* this.#unread();
      return;
    }
    this.#opened = [];
    const records = (await this.#consumers.get(van)?.poll()) ?? [];
    const isEmpty = records.length === 0;
    for (const scene of this.#holdings(van)) yield { ...scene, ahead: !isEmpty };
    if (isEmpty) return;
    this.#uncommitted.set(van, records);
    const read = { ...this.state.read, [van]: this.state.read[van] + records.length };
    const where = records.map((each) => this.words.place(each.partition, each.offset));
    const flights = records.map(({ partition }) => `${van}-${partition}`);
    yield this.scene({ read }, this.words.polls(van, where.join(", ")), ...flights);
    yield* this.#commit(van);
  }

  async *#commit(van: Van): AsyncGenerator<Scene<State>> {
    const records = this.#uncommitted.get(van);
    if (!records) return;
    this.#uncommitted.delete(van);
    await this.#consumers.get(van)?.commit();
    const drivers = behind(this.state.drivers, records);
    const next = drivers
      .map((offset, partition) => this.words.place(partition, offset))
      .filter((_, partition) => records.some((each) => each.partition === partition));
    yield this.scene({ drivers }, this.words.commits(van, next.join(", ")));
  }

  /** Who opens logs has got other partitions than before. */
  *#holdings(van: Van): Generator<Scene<State>> {
    const mine = [...new Set(this.#opened)].sort();
    const before = this.state.holds[van];
    if (mine.length === 0 || mine.join() === before.join()) return;
    const other: Van = van === "van-1" ? "van-2" : "van-1";
    const theirs = this.state.holds[other].filter((each) => !mine.includes(each));
    const holds = { ...this.state.holds, [van]: mine, [other]: theirs };
    yield this.scene({ holds }, this.words.takesOver(van, mine.join(", ")));
  }

  *#unread(): Generator<Scene<State>> {
    const { records, drivers, holds } = this.state;
    const waiting = holds["van-2"].find(
      (each) => (records[each]?.length ?? 0) > (drivers[each] ?? 0),
    );
    if (waiting !== undefined) yield this.scene({}, this.words.unread(waiting));
  }

  async *#count(): AsyncGenerator<Scene<State>> {
    const consumer = this.#consumers.get("statistics");
    const records = (await consumer?.poll()) ?? [];
    await consumer?.commit();
    const statistics = behind(this.state.statistics, records);
    const count = this.state.read.statistics + records.length;
    const flights = new Set(records.map(({ partition }) => `statistics-${partition}`));
    const read = { ...this.state.read, statistics: count };
    yield this.scene(
      { statistics, read },
      this.words.statistics(records.length),
      ...flights,
    );
  }
}

/** The offsets behind the records, where there are any. */
function behind(
  offsets: readonly number[],
  records: readonly { partition: number; offset: number }[],
): number[] {
  return offsets.map((before, partition) =>
    records
      .filter((record) => record.partition === partition)
      .reduce((last, { offset }) => Math.max(last, offset + 1), before),
  );
}

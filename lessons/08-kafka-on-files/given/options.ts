import type { Clock } from "#bus/contract";
import type { LogRecord, OnRepair, PartitionLog, Place } from "#bus/partition-log";

/** Options for a producer. */
export interface ProducerOptions {
  /** Where the topics are. It is made if it is not there. */
  folder: string;
  /** Where the time of a record comes from. Default: `Date.now`. */
  clock?: Clock;
  /** Is called for a half line that was cut off. Default: one line on stderr. */
  onRepair?: OnRepair;
  /** Which kind of log to write. Default: a `FileLog`. */
  openLog?: (path: string) => PartitionLog;
}

/** What goes with one record. */
export interface SendOptions {
  /** Records of one key keep their order: they all go to one partition. */
  key?: string;
}

/** Where a record stands. */
export interface Sent {
  topic: string;
  partition: number;
  offset: number;
}

/** Options for a consumer. */
export interface ConsumerOptions {
  /** Where the topics are. It is made if it is not there. */
  folder: string;
  /** Consumers of one group share the records; every group gets them all. */
  group: string;
  /** Commit in every poll, before the records are handed over. Default: no. */
  autoCommit?: boolean;
  /** The name of this member of its group. Default: one that nobody else has. */
  id?: string;
  /** Where signs of life get their time. Default: `Date.now`. */
  clock?: Clock;
  /** A member that did not poll for that long counts as dead; in ms. Default: 10,000. */
  sessionTimeout?: number;
  /** Which kind of log to read. Default: a `FileLog`. */
  openLog?: (path: string) => PartitionLog;
}

/** A record, and which file it comes from. */
export interface ConsumedRecord<Value = unknown> extends LogRecord<Value> {
  readonly topic: string;
  readonly partition: number;
}

/** Where to read on. A time is in ms since 1970-01-01 UTC. */
export type SeekTo = "beginning" | "end" | { offset: number } | { time: number };

/** A partition that a consumer reads. */
export interface Holding {
  readonly topic: string;
  readonly partition: number;
  readonly log: PartitionLog;
  /** Where its place is committed, from step 4 on: see `offsetFile`. */
  readonly file: string;
  /** Where the next poll begins. */
  place: Place;
  /** The place that was committed last. */
  committed?: Place;
}

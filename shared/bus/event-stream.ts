import type { BusEvent } from "#bus/contract";

/** Does what is to be done about an event. */
export type Handle = (event: BusEvent) => Promise<void>;

/** A log of events at a server: it keeps what was handled, and whoever wants to reads it again. */
export interface EventStream {
  /** Resolves when the server has the event. Events with the same key stay in their order. */
  append(event: BusEvent, key: string): Promise<void>;
  /**
   * Hands on the events, one at a time, that no member of this group has handled: those that came
   * meanwhile, and from now on the new ones. Members of a group share them.
   *
   * @param member no two that run at the same time have the same name
   */
  follow(group: string, member: string, handle: Handle): Promise<void>;
  /** Hands on all events from the first one on. Resolves when those of the past were handled. */
  replay(handle: Handle): Promise<void>;
  /** Keeps an event that could not be handled, with the reason, where somebody can look at it. */
  bury(event: BusEvent, reason: string): Promise<void>;
  /** Finishes the event in hand. What it has not handed on waits for the next member. */
  close(): Promise<void>;
}

/** Where a stream is. */
export interface StreamPlace {
  url: string;
  /** Such as `shop-1`. */
  name: string;
}

/** What the file of a stream exports. */
export interface StreamModule {
  /** Opens the stream, and makes it if there is none. */
  openStream(place: StreamPlace): Promise<EventStream>;
  /** Removes the stream with everything in it. */
  removeStream(place: StreamPlace): Promise<void>;
}

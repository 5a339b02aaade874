import type {
  AnyEvents,
  Bus,
  EventOf,
  Listener,
  NameOf,
  PatternOf,
  Unsubscribe,
} from "#bus/contract";

/** A bus that hands everything on to another one. Those that extend it change what they add to. */
export abstract class WrappingBus<Events extends object = AnyEvents>
  implements Bus<Events>
{
  /** Makes and remembers what is emitted here. */
  protected readonly bus: Bus<Events>;
  readonly #local: Bus<Events>;

  /** @param local calls the listeners, if that is not the task of `bus` */
  constructor(bus: Bus<Events>, local = bus) {
    this.bus = bus;
    this.#local = local;
  }

  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    return this.#local.subscribe(pattern, listener);
  }

  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    return this.#local.unsubscribe(pattern, listener);
  }

  emit<Name extends NameOf<Events>>(
    name: Name,
    data: Events[Name],
  ): EventOf<Events, Name> {
    return this.bus.emit(name, data);
  }

  deliver(event: EventOf<Events>): void {
    this.#local.deliver(event);
  }

  get history(): readonly EventOf<Events>[] {
    return this.bus.history;
  }
}

/** Where sagas write down what happened. Only to be read. */
import type { EndName, Order, SagaEvent } from "./process.ts";

/** Append-only: what is written stays as it is. */
export interface Journal {
  /** Resolves once the event is stored; rejects if it cannot be, and then it is not. */
  append(event: SagaEvent): Promise<void>;
  /** The events of one saga, oldest first; none if there is no such saga. */
  of(correlationId: string): readonly SagaEvent[];
  /** The correlation ids of all sagas, in the order in which they began. */
  sagas(): readonly string[];
}

/** How a saga has ended; undefined while it goes on. */
export function endOf(journal: Journal, saga: string): EndName | undefined {
  const end = journal.of(saga).find(({ data }) => data.kind === "ended");
  return end?.name as EndName | undefined;
}

/**
 * The newest event of a saga.
 *
 * @throws RangeError if there is no such saga
 */
export function lastOf(journal: Journal, saga: string): SagaEvent {
  const last = journal.of(saga).at(-1);
  if (last) return last;
  throw noSaga(saga);
}

/**
 * The order with which a saga began.
 *
 * @throws RangeError if there is no such saga
 */
export function orderOf(journal: Journal, saga: string): Order {
  const first = journal.of(saga)[0]?.data;
  if (first?.kind === "started") return first.order;
  throw noSaga(saga);
}

function noSaga(saga: string): RangeError {
  return new RangeError(
    `There is no saga "${saga}" in the journal. Has its beginning been stored?`,
  );
}

export class MemoryJournal implements Journal {
  readonly #sagas = new Map<string, SagaEvent[]>();

  constructor(events: Iterable<SagaEvent> = []) {
    for (const event of events) this.remember(event);
  }

  async append(event: SagaEvent): Promise<void> {
    this.remember(event);
  }

  of(correlationId: string): readonly SagaEvent[] {
    return this.#sagas.get(correlationId) ?? [];
  }

  sagas(): readonly string[] {
    return [...this.#sagas.keys()];
  }

  protected remember(event: SagaEvent): void {
    const { correlationId } = event.data;
    const events = this.#sagas.get(correlationId);
    if (events) events.push(event);
    else this.#sagas.set(correlationId, [event]);
  }
}

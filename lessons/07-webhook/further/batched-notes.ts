/** What this uses of a store. */
interface Store {
  handled(id: string): Promise<void>;
}

/**
 * Gathers notes for a while and hands all of them to the store at once, so that they share one
 * fsync. Nobody waits for a note as a sender waits for an answer: so it must not hold up the disk.
 */
export class BatchedNotes {
  readonly #store: Store;
  readonly #gathering: number;
  #ids: string[] = [];
  #batch: Promise<void> | undefined;

  /** @param gathering how long notes wait for others, in ms */
  constructor(store: Store, gathering = 20) {
    this.#store = store;
    this.#gathering = gathering;
  }

  /** Resolves when the disk has the note; rejects if it cannot take one of the same batch. */
  handled(id: string): Promise<void> {
    this.#ids.push(id);
    this.#batch ??= new Promise((resolve) => setTimeout(resolve, this.#gathering)).then(
      () => this.flush(),
    );
    return this.#batch;
  }

  /** Hands over what has been gathered so far. Call it before the store is closed. */
  async flush(): Promise<void> {
    const ids = this.#ids;
    this.#ids = [];
    this.#batch = undefined;
    await Promise.all(ids.map((id) => this.#store.handled(id)));
  }
}

/** For the tests: a handler that meets every end a thread can have. */
export interface FragileJob {
  readonly id: number;
  /** Is set to 1 when the handler has begun: memory that both threads see. */
  readonly begun?: Int32Array;
  readonly fate: "works" | "throws" | "rejects" | "exits" | "crashes" | "never ends";
}

export async function handle({ id, fate, begun }: FragileJob): Promise<string> {
  if (begun) Atomics.store(begun, 0, 1);
  if (fate === "throws") throw new Error(`job ${id} cannot be done`);
  if (fate === "rejects") await Promise.reject(new TypeError(`job ${id} is not a job`));
  if (fate === "exits") process.exit(3);
  if (fate === "never ends") for (;;);
  if (fate === "crashes") {
    setImmediate(() => {
      throw new Error(`job ${id} pulls everything down`);
    });
    await new Promise(() => {});
  }
  return `job ${id} done`;
}

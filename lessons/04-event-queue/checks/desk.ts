/** What the checks of this lesson share. */
import type { Handler, Queue, WorkerOptions } from "#bus/queue-contract";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";

export function queueOf<T>(...items: T[]): Queue<T> {
  const queue = new EventQueue<T>();
  for (const item of items) queue.put(item);
  return queue;
}

/** A worker on simulated time that tries each job once, as retries only come in step 6. */
export function workerOf<T>(
  queue: Queue<T>,
  handle: Handler<T>,
  options: WorkerOptions<T> = {},
) {
  const time = new SimulatedTime();
  return new Worker(queue, handle, { attempts: 1, timers: time, ...options });
}

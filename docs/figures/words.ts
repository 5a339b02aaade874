/**
 * Every word in the figures, by language. Another edition adds its language beside `en`. Each
 * figure takes its own constant, so that a page does not carry the words of the other eight.
 */

export const kit = {
  en: {
    pause: "Pause",
    code: "Code",
    reference: "the reference",
    yours: "yours",
    nothingYet: "Nothing has happened yet.",
    broken: (message: string) => `The code has thrown an error: ${message}`,
  },
};

export const eventBus = {
  en: {
    caption:
      "Pick an event and press <b>Play</b>. Dots fly to the listeners whose pattern matches its name, and to no other. The figure runs the <code>EventBus</code> of this lesson.",
    picture:
      "A shop emits events to an event bus, which hands each to some of five listeners: email-sender with the pattern user.registered, statistics with user.*, billing with order.#, privacy with *.deleted, and audit with #.",
    controls: { event: "Event" },
    shop: "shop",
    history: (count: number) => `history: ${count}`,
    heard: (pattern: string, count: number) => `${pattern}  ·  ${count}`,
    emits: (event: string) =>
      `The shop emits ${event}. It does not know who listens, or whether anybody does.`,
    hears: (listener: string, pattern: string, event: string) =>
      `${listener} hears it: ${pattern} matches ${event}.`,
    rest: (patterns: string) => `Nobody else hears it: ${patterns} do not match.`,
  },
};

export const queue = {
  en: {
    caption:
      "Three welcome emails wait for a worker. Choose how often the mail server fails at Bob's, then press <b>Play</b>. The queue and the worker are those of this lesson; the mail server and the passing of time are simulated.",
    picture:
      "Emails wait in a queue. A worker takes one at a time. What succeeds counts as sent; what fails waits and is tried again; what has failed three times is a dead letter, and can be put back into the queue.",
    controls: { fails: "Bob's email fails" },
    options: { never: "never", once: "once", twice: "twice", always: "every time" },
    queue: "queue",
    worker: "worker",
    sent: "sent",
    waiting: "waiting",
    dead: "dead letters",
    idle: "idle",
    attempt: (job: string, attempt: number) => `${job}, attempt ${attempt}`,
    pause: (job: string, delay: number) => `${job}, ${delay} ms`,
    put: (jobs: string) =>
      `The shop puts ${jobs} into the queue, and goes on at once. Nobody has sent anything yet.`,
    takes: (job: string, attempt: number) =>
      attempt === 1
        ? `The worker takes ${job} from the queue.`
        : `The worker tries ${job} again: attempt ${attempt}.`,
    sends: (job: string) => `${job}'s email is sent.`,
    retry: (job: string, delay: number, time: number) =>
      `${time} ms: the mail server fails. ${job} waits for ${delay} ms; meanwhile the worker goes on.`,
    gaveUp: (job: string, attempts: number) =>
      `${job} has failed ${attempts} times, and is given up: a dead letter. It is not lost, and it holds nobody up.`,
    repaired: (job: string) =>
      `Somebody repairs the mail server, and puts ${job} back into the queue.`,
    end: (time: number) => `${time} ms: the queue is empty, and the worker is idle.`,
  },
};

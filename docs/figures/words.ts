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

export const partitions = {
  en: {
    caption:
      "Parcels go into three partitions, chosen by their key. Two vans share them; statistics, a group of its own, reads everything. Stop <b>van-2</b> and see who takes over. Producer, consumers and log are those of this lesson; the disk is simulated in memory, and so is time: a parcel comes every six seconds.",
    picture:
      "A producer writes records into three partitions. In the group drivers, van-1 reads two of them and van-2 the third. A second group, statistics, reads all three. Each partition shows how far each group has committed.",
    controls: { key: "Parcels for", van2: "van-2 works" },
    options: { turn: "each in turn" },
    producer: "producer",
    send: "send",
    partition: (number: number) => `partition ${number}`,
    offsets: (drivers: number, statistics: number) =>
      `drivers ${drivers}  ·  statistics ${statistics}`,
    read: (count: number) => `${count} read`,
    down: "stopped",
    sends: (key: string, partition: number, offset: number) =>
      `A parcel for ${key}: its key chooses partition ${partition}, where it gets offset ${offset}.`,
    takesOver: (van: string, partitions: string) =>
      `The group has changed: ${van} holds ${partitions} now, and goes on from the last commit.`,
    polls: (van: string, places: string) => `${van} polls and reads ${places}.`,
    place: (partition: number, offset: number) => `${partition}/${offset}`,
    commits: (van: string, next: string) =>
      `${van} commits for its group. It will go on at ${next}.`,
    unread: (partition: number) =>
      `Nobody reads partition ${partition} now. Only after ten seconds without a sign of life does van-2 count as dead.`,
    statistics: (count: number) =>
      `statistics polls, commits, and has read ${count} records more. Nobody had to wait for it, or send anything twice.`,
    stops: "van-2 breaks down. It says so to nobody, and commits nothing more.",
    starts: "van-2 works again, and joins its group.",
  },
};

export const saga = {
  en: {
    caption:
      "Choose which steps fail, and how, then press <b>Play</b>. What comes next is decided by the <code>decide</code> of this lesson, from nothing but the journal; orchestrator and participants are real, too. The network and the passing of time are simulated.",
    picture:
      "An orchestrator with a journal leads five steps: place the order, reserve the money, confirm the order, deliver the order, collect the money. The first three can be taken back, in reverse order. Behind the third is the point of no return.",
    controls: {
      fails: "These fail:",
      step0: "order",
      step1: "money",
      step2: "confirmation",
      step3: "delivery",
      step4: "collection",
      how: "How",
    },
    options: {
      refused: "they say no",
      "command lost": "the question is lost",
      "answer lost": "the answer is lost",
    },
    orchestrator: "orchestrator",
    journal: (lines: number) => `journal: ${lines} lines`,
    participants: ["orders", "payment", "warehouse", "delivery", "payment"],
    actions: [
      "place the order",
      "reserve money",
      "confirm order",
      "deliver order",
      "collect money",
    ],
    compensations: ["cancel it", "release it", "withdraw it"],
    pivot: "point of no return",
    started: (item: string) =>
      `Somebody orders ${item}: the saga begins, and its journal has one line.`,
    asks: (who: string, command: string, attempt: number) =>
      attempt === 1
        ? `The journal says: next, ask ${who} to ${command}.`
        : `Ask ${who} once more to ${command}: attempt ${attempt}.`,
    asksBack: (who: string, command: string) => `Backwards: ask ${who} to ${command}.`,
    done: (who: string, name: string) => `${who} answers: ${name}.`,
    refused: (who: string, reason: string) => `${who} refuses: ${reason}.`,
    unanswered: (who: string, reason: string) =>
      `From ${who} there is ${reason}. It may have happened all the same.`,
    ends: {
      "saga.completed": "saga.completed: every step is done.",
      "saga.cancelled":
        "saga.cancelled: all that was done is taken back, in reverse order.",
      "saga.stuck":
        "saga.stuck: behind the point of no return there is no way back. Somebody is called.",
    } as Record<string, string>,
  },
};

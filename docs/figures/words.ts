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
    again: "From the beginning:",
    round: (number: number) => `Round ${number}. What has happened so far stays.`,
    cut: (number: number) =>
      `A control was changed, and the story ended there. Round ${number}.`,
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
      "The shop puts four welcome emails into a queue, and a worker sends them one at a time. Choose how often the mail server fails at Bob's, then press <b>Play</b>. The queue and the worker are those of this lesson; the mail server and the passing of time are simulated.",
    picture:
      "A shop puts emails into a queue. A worker takes one at a time. What succeeds counts as sent; what fails waits and is tried again; what has failed three times is a dead letter, and can be put back into the queue.",
    controls: { fails: "Bob's email fails", putBack: "put dead letters back" },
    options: { never: "never", once: "once", twice: "twice", always: "every time" },
    shop: "shop",
    queue: "queue",
    worker: "worker",
    sent: "sent",
    waiting: "waiting",
    dead: "dead letters",
    idle: "idle",
    empty: "empty",
    at: (time: number, say: string) => `${time} ms: ${say}`,
    attempt: (job: string, attempt: number) => `${job}, attempt ${attempt}`,
    pause: (job: string, delay: number) => `${job}, ${delay} ms`,
    put: (jobs: string) =>
      `The shop puts ${jobs} into the queue, and goes on at once. Nobody has sent anything yet.`,
    takes: (job: string) => `The worker takes ${job} from the queue.`,
    triesAgain: (job: string, attempt: number, others: string) =>
      others
        ? `${job}'s delay is over, so ${job} goes before ${others} in the queue: attempt ${attempt}.`
        : `${job}'s delay is over: attempt ${attempt}.`,
    sends: (job: string) => `${job}'s email is sent.`,
    retry: (job: string, delay: number) =>
      `The mail server fails. ${job} waits for ${delay} ms, and holds nobody up meanwhile.`,
    gaveUp: (job: string, attempts: number) =>
      `${job} has failed ${attempts} times, and is given up: a dead letter. It is not lost, and it holds nobody up.`,
    repaired: (job: string) =>
      `Somebody repairs the mail server, and puts ${job} back into the queue.`,
    end: (dead: string) =>
      dead
        ? `The queue is empty, and the worker is idle. ${dead} stays a dead letter until somebody puts it back.`
        : "The queue is empty, and the worker is idle.",
  },
};

export const partitions = {
  en: {
    caption:
      "Parcels go into three partitions, chosen by their key. Two vans share them; statistics, a group of its own, reads everything. Stop <b>van-2</b> and see who takes over. Producer, consumers and log are those of this lesson; the disk is simulated in memory, and so is time: a parcel comes every four seconds.",
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
    refused: (who: string) => `${who} refuses: it has done nothing, and will not.`,
    unanswered: (who: string, reason: string) =>
      `From ${who} there is ${reason}. It may have happened all the same.`,
    ends: {
      "saga.completed": "saga.completed: every step is done.",
      "saga.cancelled":
        "saga.cancelled: whatever was done is taken back, in reverse order.",
      "saga.stuck":
        "saga.stuck: behind the point of no return there is no way back. Somebody is called.",
    } as Record<string, string>,
  },
};

export const replay = {
  en: {
    caption:
      "A day in the shop is in the log. <b>Drag</b> back and forth: at each place a new shop starts, knows nothing, and has the log played to it as far as you dragged. <b>Play</b> does it event by event. Bus, replay and services are those of the lessons; the disk is simulated in memory.",
    picture:
      "A log of seven events, from the first order at nine o'clock to the last payment at noon. Below it, the shop that follows from the log, with four orders and three payments, and what was ever sent to customers.",
    controls: { place: "Played so far" },
    log: "events.log",
    shop: "shop, from the log",
    world: "sent to customers",
    created: "order",
    paid: "paid",
    mistake: "two zeros forgotten",
    orders: (orders: number, payments: number) => `orders ${orders} · paid ${payments}`,
    revenue: (amount: string) => `revenue ${amount}`,
    sent: (emails: number, texts: number) => `emails ${emails} · SMS ${texts}`,
    sentAgain: (count: number) => `during replays: ${count}`,
    dies: "The process dies, and with it all that the shop knew. A new one starts, with the log and nothing else.",
    plays: (name: string, order: number, revenue: string) =>
      `${name} ${order} is delivered again, as replayed. Revenue so far: ${revenue}.`,
    end: "The shop knows again what it knew. No customer got an email or an SMS a second time.",
    at: (count: number, revenue: string) =>
      `A new shop, and ${count} of 7 events played to it: revenue ${revenue}.`,
    beforeMistake:
      "This is the shop as it was before somebody sold a samovar without its two zeros.",
  },
};

export const listeners = {
  en: {
    caption:
      "Let listeners come and go, and emit events meanwhile. The shop emits in the same way, whoever is there. The listeners are those of this lesson; emails are counted, not sent.",
    picture:
      "A shop emits events to an event bus. Three listeners hear them: email-sender, logger and analytics. Each can be disconnected without the others noticing.",
    controls: {
      event: "Event",
      connected: "Listening:",
      "email-sender": "email-sender",
      logger: "logger",
      analytics: "analytics",
    },
    shop: "shop",
    emit: "emit",
    history: (count: number) => `history: ${count}`,
    gone: "not listening",
    emails: (count: number) => `emails ${count}`,
    newest: (subject: string) => `“${subject}”`,
    lines: (count: number) => `lines ${count}`,
    users: (users: number, orders: number) => `users ${users} · orders ${orders}`,
    emits: (event: string) => `The shop emits ${event}.`,
    hears: {
      "email-sender": "email-sender hears it, and sends an email.",
      logger: "logger hears it, and writes a line.",
      analytics: "analytics hears it, and counts.",
    } as Record<string, string>,
    nobody: "Nobody listens. The shop does not notice; the event is in the history.",
    leaves: (listener: string) =>
      `${listener} unsubscribes. It hears nothing of what happens from now on.`,
    comes: (listener: string) =>
      `${listener} subscribes. It hears what happens from now on, and nothing of before.`,
  },
};

export const shop = {
  en: {
    caption:
      "A day in the shop. Switch a service off, and see who notices. The three services are those of this lesson; emails and SMS are counted, not sent.",
    picture:
      "The order service emits order.created and order.paid to the event bus. The notification service sends an email at the first and an SMS at the second. The analytics service counts orders, payments and revenue.",
    controls: {
      running: "Running:",
      notification: "notification",
      analytics: "analytics",
    },
    orders: "order-service",
    counts: (orders: number, payments: number) => `orders ${orders} · paid ${payments}`,
    history: (count: number) => `history: ${count}`,
    sent: (emails: number, texts: number) => `emails ${emails} · SMS ${texts}`,
    off: "off",
    creates: (name: string, order: number) =>
      `${name} orders something. The order service remembers order ${order}, and emits order.created.`,
    pays: (name: string, order: number) =>
      `${name} pays. The order service emits order.paid for order ${order}.`,
    emails: (name: string) => `notification hears it, and writes an email to ${name}.`,
    texts: (name: string) => `notification hears it, and sends ${name} an SMS.`,
    counted: (amount: string) => `analytics hears it. Revenue: ${amount}.`,
    unheard: (services: string) =>
      `${services}: off, and hears nothing. The order service goes on as if nothing were missing.`,
    stops: (service: string) => `${service} is stopped. Nobody else has to be told.`,
    starts: {
      notification:
        "notification is started again. Nobody makes up for what it has missed: for that, events must wait (lesson 4).",
      analytics:
        "analytics is started again, and has forgotten everything. For its past, it would need a log (lesson 5).",
    } as Record<string, string>,
  },
};

export const rabbit = {
  en: {
    caption:
      "Press <b>Step</b> until a worker has something in hand, then kill it. What it has in hand stays in its queue, <i>unacked</i>, until the worker acknowledges it. Publisher, consumers and the matching of patterns are the lessons' own code; exchange and queues are simulated in this page, as RabbitMQ would treat them.",
    picture:
      "A producer publishes to the exchange shop.events. It puts copies into two queues: email-worker, bound to user.registered, and analytics-worker, bound to user.*. Two email workers share the first queue, one analytics worker reads the second.",
    controls: { alive: "Alive:", worker1: "email-worker 1", worker2: "email-worker 2" },
    producer: "producer",
    confirmed: (count: number) => `confirmed ${count}`,
    exchange: "shop.events",
    topic: "topic exchange",
    holds: (ready: number, unacked: number) => `ready ${ready} · unacked ${unacked}`,
    emails: "email-worker",
    analytics: "analytics-worker",
    workers: {
      worker1: "email 1",
      worker2: "email 2",
      analytics: "analytics",
    } as Record<string, string>,
    done: (count: number) => `done ${count}`,
    inHand: (who: string) => `has ${who}`,
    dead: "killed",
    publishes: (event: string, who: string) =>
      `The producer publishes ${event} of ${who}.`,
    routes: (queues: string) =>
      `The exchange puts a copy into ${queues}, and confirms: it is stored.`,
    takes: (worker: string, who: string) =>
      `${worker} is handed ${who}. The queue keeps it until somebody acknowledges.`,
    takesAgain: (worker: string, who: string) =>
      `${worker} is handed ${who}, marked as redelivered: somebody may have begun with it.`,
    acknowledges: (worker: string, who: string) =>
      `${worker} is done with ${who} and acknowledges: forget it.`,
    killed: (worker: string, who: string | undefined) =>
      who === undefined
        ? `${worker} is killed, with nothing in hand.`
        : `${worker} is killed with ${who} in hand. Nobody has acknowledged: ${who} goes back to the front of the queue.`,
    back: (worker: string) => `${worker} is started again, and asks for events.`,
    keeps: (count: number) =>
      `Nobody is left to send emails. The queue keeps ${count} until somebody comes back.`,
    idle: "Both queues are empty. Nothing was lost.",
  },
};

export const webhook = {
  en: {
    caption:
      "Choose a delivery and press <b>Play</b>. Signature, store and events are those of this lesson, signed the way Stripe does it; HTTP and the disk are simulated, and SHA-256 comes from a library.",
    picture:
      "A sender posts a delivery to a webhook. Its signature is checked, its content is read, it is stored, and only then answered. Behind the answer an event goes over the bus to a worker. What is forged, is too old or makes no sense is refused.",
    controls: { delivery: "Delivery" },
    options: {
      signed: "news, signed",
      again: "the same once more",
      forged: "forged: another secret",
      changed: "changed on the way",
      old: "signed an hour ago",
      nonsense: "signed, but nonsense",
    },
    senders: { partner: "partner", stranger: "stranger" },
    answered: (status: number | undefined) => (status ? `answer ${status}` : "sends"),
    door: "POST /webhook/order",
    check: "verify · read",
    refused: (count: number) => `refused: ${count}`,
    store: "DeliveryStore",
    empty: "empty",
    bus: "EventBus",
    events: (count: number) => `events: ${count}`,
    worker: "worker",
    handled: (count: number) => `orders: ${count}`,
    sends: {
      signed: (order: number) => `The partner sends news of order ${order}, signed.`,
      again: (order: number) =>
        `The partner had no answer in time, and sends the news of order ${order} again, signed anew.`,
      forged: (order: number) =>
        `A stranger sends news of order ${order}, signed with a secret of their own.`,
      changed: (order: number) =>
        `Somebody on the way changes the partner's news of order ${order}: now it says that it is paid.`,
      old: (order: number) =>
        `A stranger has recorded the partner's news of order ${order}, and sends it an hour later.`,
      nonsense: () => "The partner sends something that tells of no order, signed.",
    },
    believed: "The signature fits these bytes: whoever sent them knows the secret.",
    refuses: (status: number, reason: string) =>
      `${status}: ${reason} Nothing is stored, and no event is emitted.`,
    stored: (status: number) =>
      `It is on the disk, and is answered with ${status}: the partner may forget it.`,
    known: (status: number) =>
      `It is in the store already. It is answered with ${status}, and nothing happens twice.`,
    delivered: (name: string, order: number) =>
      `Only now ${name} goes over the bus. The worker takes note of order ${order}.`,
  },
};

/** How the tests play each figure: by keyboard, from its beginning to its end. */

/** What to press, and what the log says in the end. Step is pressed until it does. */
export type Act = { set?: [control: string, ...keys: string[]]; until: RegExp };

/** By lesson. A browser plays them. */
export const plays: Record<string, Act[]> = {
  "01-event-bus": [
    { until: /Nobody else hears it: order\.#, \*\.deleted do not match/ },
    {
      set: ["event", "End"],
      until: /billing hears it: order\.# matches order\.item\.added/,
    },
  ],
  "02-events-and-listeners": [
    { until: /email-sender hears it.* logger hears it.* analytics hears it/ },
    {
      set: ["logger", "Space"],
      until: /email-sender hears it, and sends an email\. analytics/,
    },
    { set: ["logger", "Space"], until: /logger hears it/ },
  ],
  "03-online-shop": [
    { until: /sends Ann an SMS\. analytics hears it\. Revenue: 125\.50 UAH/ },
    { set: ["analytics", "Space"], until: /analytics: off, and hears nothing/ },
    { set: ["analytics", "Space"], until: /Revenue: 35\.50 UAH/ },
  ],
  "04-event-queue": [
    { until: /^360 ms: .*so Bob goes before Di in the queue: attempt 2/ },
    { until: /the worker is idle\.$/ },
    { set: ["fails", "End"], until: /Bob has failed 3 times, and is given up/ },
    { until: /puts Bob back into the queue/ },
    { until: /the worker is idle\.$/ },
    { set: ["putBack", "Space"], until: /idle\. Bob stays a dead letter/ },
  ],
  "05-event-replay": [
    { until: /No customer got an email or an SMS a second time/ },
    {
      set: ["place", ...Array<string>(4).fill("ArrowLeft")],
      until: /before somebody sold a samovar/,
    },
  ],
  "06-rabbitmq": [
    { until: /email 2 is handed Bob/ },
    { set: ["worker1", "Space"], until: /email 2 is handed Ann, marked as redelivered/ },
    { until: /Nothing was lost/ },
  ],
  "07-webhook": [
    { until: /order\.created goes over the bus/ },
    { set: ["delivery", "ArrowDown"], until: /nothing happens twice/ },
    { set: ["delivery", "ArrowDown"], until: /401: No v1 of Stripe-Signature fits/ },
    { set: ["delivery", "ArrowDown"], until: /401: No v1 of Stripe-Signature fits/ },
    { set: ["delivery", "ArrowDown"], until: /401: It was not signed within/ },
    { set: ["delivery", "ArrowDown"], until: /422: order_id must be/ },
  ],
  "08-kafka-on-files": [
    { until: /statistics polls, commits, and has read 4 records more/ },
    { set: ["van2", "Space"], until: /Nobody reads partition 1 now/ },
    { until: /van-1 holds 0, 1, 2 now/ },
    { set: ["van2", "Space"], until: /van-2 holds 1 now/ },
  ],
  "09-saga": [
    { until: /saga\.cancelled/ },
    { set: ["step2", "Space"], until: /saga\.completed/ },
    { set: ["step3", "Space"], until: /saga\.stuck/ },
  ],
};

/**
 * Every word on the site that is not part of a chapter, in the language of the edition. Another
 * edition adds its words here and its chapters beside the English ones (`README.uk.md`).
 */
export const english = {
  /** As in `<html lang>`. */
  language: "en",
  site: "EDA workbook",
  overview: "Overview",
  chapters: "Beyond the lessons",
  onThisPage: "On this page",
  menu: "All pages",
  lessonOf: (number: number, count: number, minutes: number) =>
    `Lesson ${number} of ${count} · ${minutes} minutes`,
  minutes: (count: number) => `${count} minutes`,
  /** What shows on a lesson's page how far one is; as HTML. */
  watch: (lesson: number) =>
    `<code>npm run lesson ${lesson} watch</code> shows this page with your progress.`,
  previous: "Previous",
  next: "Next",
  search: "Search",
  searchPlaceholder: "Search the workbook",
  searchNothing: "Nothing found. Try a single word, such as queue or offset.",
  /** What to look for instead of what nobody writes as a word. */
  searchMeans: { "*": "wildcard star", "#": "wildcard hash" },
  /** What may stand before the number of a lesson that is looked for. */
  searchLesson: "lesson",
  theme: "Light or dark",
  copy: "Copy",
  copied: "Copied",
  skip: "Skip to the text",
  difference: "The difference between the starter and the reference answer",
  differenceOf: (from: string, to: string) => `${from} → ${to}`,
  sameLines: (count: number) =>
    count === 1 ? "1 line the same" : `${count} lines the same`,
  print: "All on one page, to print",
  contents: "Contents",
  hints: "Hints",
  answers: "Answers",
  commandsHead: ["Command", "What it does"],
  done: "done",
  /** The edition, in its own language: on the switch that leads to it. */
  edition: "English",
  begin: "Begin with lesson 1",
  goOn: (lesson: number) => `Go on with lesson ${lesson}`,
  /** The picture on the first page. */
  hero: {
    title: "A checkout emits order.created; email, warehouse and a chart hear it.",
    producer: "checkout",
    event: "order.created",
    bus: "event bus",
    listeners: ["email", "warehouse", "chart"],
    yours: "yours",
  },
  /** What a word of the glossary may become in a sentence, as a regular expression. */
  inflected: (term: string) => `${term.replace(/y$/, "(?:y|ie)")}(?:e?s)?`,
  docsUnknown: (words: string) =>
    `There is no "npm run docs ${words}". Try "npm run docs" or "npm run docs serve".`,
  docsRuns: "Running the demonstrations, to see what they print. This is needed once …",
  docsBuilt: (index: string, seconds: number) =>
    `The site is built, in ${seconds.toFixed(1)} s. Open ${index}`,
  docsServed: (address: string) => `It is at ${address} until you press Ctrl-C.`,
  coverageIs: (lines: string) =>
    `The checks reach ${lines} of the lines of the reference answers.`,
  coverageOpen: "Open the report, file by file and line by line",
  coverageMissing: "There is no report yet. This makes it; then build the site again:",
  benchmarksRun: (machine: string, day: string) => `Measured on ${day}: ${machine}.`,
  benchmarksMissing:
    "There are no figures yet. This measures every lesson, for some minutes; then build the site again:",
  transports: {
    caption: "The shop on every transport",
    head: [
      "Order",
      "Delivery",
      "Durability",
      "Payment to SMS, ms",
      "99 % within, ms",
      "Payments a second",
      "SMS lost",
      "SMS twice",
      "Known later",
    ],
    /** By name: its lesson, how it is called, its order, how often it delivers, and what it survives. */
    rows: {
      "in-memory": [1, "in memory", "as emitted", "at most once", "none"],
      queue: [4, "queue", "as emitted, until a retry", "retried, in memory", "none"],
      recorder: [5, "recorder", "as emitted", "at most once", "file, fsync"],
      rabbitmq: [6, "RabbitMQ", "as published", "at least once", "the broker’s disk"],
      redis: [6, "Redis streams", "as appended", "at least once", "as appendfsync says"],
      webhook: [
        7,
        "webhook",
        "not promised",
        "at least once",
        "the other firm’s file, fsync",
      ],
      "file-log": [8, "file log", "as in the log", "at most once", "log, fsync"],
      kafka: [8, "Kafka", "within an order", "at least once", "copies at the brokers"],
    } as Record<string, [lesson: number, name: string, ...promises: string[]]>,
    /** With the digits that mean something. */
    figure: (value: number) =>
      value.toLocaleString("en", { maximumSignificantDigits: 2 }),
    /** In per cent, of 1. */
    share: (part: number) =>
      `${(100 * part).toLocaleString("en", { maximumSignificantDigits: 2 })}\u00a0%`,
  },
  transportsMissing:
    "There are no figures yet. This measures them; then build the site again:",
  scaleMissing: "Nobody has measured it here yet. This does; then build the site again:",
  /** What the head of a column says of its figures: is more better, or less? */
  better: (head: string) =>
    /\/m?s$|\/s\b/.test(head)
      ? "more is better"
      : /\b(ns|µs|ms|s|MB)\b/.test(head)
        ? "less is better"
        : "",
  /** Whether a row of a benchmark is about the course's code, or the learner's. */
  isOurs: (name: string) => /reference|\byours?\b/i.test(name),
  figureStep: "Step",
  figurePlay: "Play",
  figureReset: "Reset",
  figureLog: "What happened",
  figureStill: "The figure moves when scripts are on.",
};

export type Words = typeof english;

/** Every edition of the site; the first one is its front. */
export const editions: Words[] = [english];

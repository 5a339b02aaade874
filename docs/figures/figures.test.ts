// time limit: 60 s
// The figures: each is driven to its end by keyboard in a real browser, and what stands in for
// Node in the page does what Node does.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { matches } from "#bus/wildcards";
import { proved, unproved } from "../../shared/course/account.ts";
import { assets } from "../assets.ts";
import { launch, noChromium } from "../browser.ts";
import { english } from "../words.ts";
import { inLanguage } from "./figure.ts";
import { type Act, plays } from "./plays.ts";
import { figureHtml, figures, scriptOf } from "./render.ts";
import * as crypto from "./shims/crypto.ts";
import { Buffer as PageBuffer } from "./shims/globals.ts";
import { SimulatedBroker } from "./simulated-broker.ts";

/** In KB, gzipped: kit, figure and the lesson's code. */
const scriptLimit = 14;

const weights = new Map<string, number>();
const folder = mkdtempSync(join(tmpdir(), "workbook-figures-"));
const desk = { width: 900, height: 800 };
/** What the pages complained of. */
const troubles: string[] = [];
let browser: Browser | undefined;
/** Most tests share it: to open another one takes longer than what they do there. */
let shared: Page | undefined;

before(async () => {
  for (const [file, content] of assets()) writeFileSync(join(folder, file), content);
  for (const [lesson, figure] of figures) {
    const script = await scriptOf(figure, "reference", ["solution"]);
    weights.set(lesson, gzipSync(script).length / 1024);
    writePage(lesson, lesson, script);
    // A starter stands for a learner's code that throws.
    if (lesson === "01-event-bus")
      writePage("throws", lesson, script, await scriptOf(figure, "yours", ["starter"]));
  }
  browser = await launch();
  if (browser) shared = await newPage({ reducedMotion: "reduce" });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("every control and option of a figure has its word", () => {
  for (const [lesson, { controls, words }] of figures) {
    const { controls: labels } = inLanguage(words, "en");
    const wanted = controls.flatMap((control) =>
      control.kind === "switch" && control.group
        ? [control.name, control.group]
        : [control.name],
    );
    assert.deepEqual([...new Set(wanted)].sort(), Object.keys(labels).sort(), lesson);
  }
});

test(`no script of a figure weighs more than ${scriptLimit} KB`, (t) => {
  const all = [...weights];
  t.diagnostic(all.map(([name, kb]) => `${name} ${kb.toFixed(1)} KB`).join(", "));
  assert.deepEqual(
    all.filter(([, kb]) => kb > scriptLimit),
    [],
  );
});

for (const lesson of Object.keys(plays)) {
  browserTest(`${lesson} comes to its end by keyboard alone`, async (t) => {
    const page = await open(`${lesson}.html`, t);
    await page.evaluate(watchDots);
    for (const act of plays[lesson] ?? []) await play(page, act);
    assert.equal(await page.evaluate("window.dots"), 0);
    assert.deepEqual(await page.evaluate(overflowing), []);
    await page.setViewportSize({ width: 360, height: 800 });
    assert.deepEqual(await page.evaluate(overflowing), []);
    await page.setViewportSize({ width: 390, height: 844 });
    const height =
      await page.evaluate(`document.querySelector(".log").getBoundingClientRect().bottom
      - document.querySelector("svg.narrow").getBoundingClientRect().top`);
    assert.ok(Number(height) < 790, `drawing and log are ${height} px high on a phone`);
    await press(page, "[data-do=reset]", "Enter");
    await page.locator(".log", { hasText: "Nothing has happened yet." }).waitFor();
  });
}

browserTest("dots fly while it plays, Play pauses, and Step hurries on", async (t) => {
  const page = await open("01-event-bus.html", t, {});
  await page.evaluate(watchDots);
  await press(page, "[data-do=play]", "Enter");
  await page.locator(".log p", { hasText: "statistics hears it" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator("[data-do=play]", { hasText: "Play" }).waitFor();
  const before = await page.locator(".log p").count();
  await press(page, "[data-do=step]", "Enter");
  await press(page, "[data-do=step]", "Enter");
  await page
    .locator(".log p")
    .nth(before + 1)
    .waitFor();
  assert.equal(await page.locator(".log p").count(), before + 2);
  assert.ok(Number(await page.evaluate("window.dots")) >= 3);
});

browserTest("Step, Play and Reset at once leave nothing going on", async (t) => {
  const page = await open("01-event-bus.html", t, { reducedMotion: "reduce" });
  await page.clock.install();
  await page.evaluate(`for (const what of ["step", "play", "reset"])
    document.querySelector("[data-do=" + what + "]").click()`);
  await page.clock.runFor(10_000);
  await page.locator(".log", { hasText: "Nothing has happened yet." }).waitFor();
  assert.equal(await page.locator("[data-do=play]").textContent(), "Play");
});

browserTest("a story that begins again says so, in an empty log", async (t) => {
  const page = await open("04-event-queue.html", t);
  const drawing = () => page.locator("svg.wide").innerHTML();
  await press(page, "[data-do=step]", "Enter");
  await page.locator(".log p", { hasText: "goes on at once" }).waitFor();
  const first = await drawing();
  await play(page, { until: /the worker is idle/ });
  await press(page, "[data-do=step]", "Enter");
  await page.locator(".log p", { hasText: "goes on at once" }).waitFor();
  assert.equal(await page.locator(".log p").first().textContent(), "From the beginning:");
  assert.equal(await page.locator(".log p").count(), 2);
  assert.equal(await drawing(), first);
});

browserTest("a story that goes on keeps its log and counts its rounds", async (t) => {
  const page = await open("07-webhook.html", t);
  await play(page, { until: /goes over the bus/ });
  const before = await page.locator(".log p").count();
  await press(page, "[data-do=step]", "Enter");
  await page.locator(".log p", { hasText: "order 778" }).waitFor();
  assert.equal(await page.locator(".log p").count(), before + 2);
  await page.locator(".log p.round", { hasText: "Round 2." }).waitFor();
});

browserTest("what was never sent is sent first, and then once more", async (t) => {
  const page = await open("07-webhook.html", t);
  await page.locator("svg.wide", { hasText: "empty" }).waitFor();
  await play(page, {
    set: ["delivery", "ArrowDown"],
    until: /answered with 200, and nothing happens twice/,
  });
  const log = page.locator(".log");
  await log.locator("p", { hasText: "answered with 202" }).waitFor();
  assert.equal(await log.locator("p", { hasText: "order 777" }).count(), 3);
  assert.equal(await page.locator("svg.wide", { hasText: "empty" }).count(), 0);
});

browserTest("code of the learner's that throws is told in the log", async (t) => {
  const page = await open("throws.html", t);
  await press(page, "[data-variants] select", "End");
  await play(page, { until: /The code has thrown an error/ });
  await press(page, "[data-variants] select", "Home");
  await play(page, { until: /Nobody else hears it/ });
});

browserTest("without scripts and on paper there is a still picture", async (t) => {
  const page = await open("09-saga.html", t, { javaScriptEnabled: false });
  assert.equal(await page.locator("svg:visible").count(), 1);
  assert.equal(await page.locator(".buttons").isVisible(), false);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("svg:visible").count(), 1);
});

test("SHA-256 in the page is that of Node", (t) => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      const hash = crypto.createHash("sha256").update(message).digest("hex");
      assert.equal(hash, createHash("sha256").update(message).digest("hex"));
      const mac = crypto.createHmac("sha256", key).update(message).digest("base64");
      assert.equal(mac, createHmac("sha256", key).update(message).digest("base64"));
    }),
    { numRuns: 200 },
  );
  proved(t, "SHA-256 of the figures, as Node counts it");
});

test("bytes and texts in the page are those of Node", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const [page, node] = [PageBuffer.from(text), Buffer.from(text)];
      for (const encoding of ["utf8", "hex", "base64"] as const) {
        assert.equal(page.toString(encoding), node.toString(encoding));
      }
      const base64 = node.toString("base64");
      assert.deepEqual([...PageBuffer.from(base64, "base64")], [...node]);
    }),
  );
});

test("the simulated broker gives back what a dead worker had in hand, in order", async () => {
  const broker = new SimulatedBroker(matches);
  const heard: string[] = [];
  const consume = async (name: string) => {
    const connection = broker.connect();
    const channel = await connection.createChannel();
    await channel.assertQueue("mail");
    await channel.bindQueue("mail", "shop", "user.*");
    await channel.prefetch(2);
    await channel.consume("mail", (message) => {
      heard.push(`${name} ${message?.content} ${message?.fields.redelivered}`);
    });
    return connection;
  };
  const first = await consume("one");
  broker.route("order.new", Buffer.from("nobody's"), {});
  for (const word of ["a", "b", "c"]) broker.route("user.new", Buffer.from(word), {});
  while (broker.deliver("mail"));
  await consume("two");
  await first.close();
  while (broker.deliver("mail"));
  assert.deepEqual(heard, ["one a false", "one b false", "two a true", "two b true"]);
});

function browserTest(name: string, run: (t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    if (!browser) return unproved(t, noChromium);
    await run(t);
    assert.deepEqual(troubles.splice(0), []);
  });
}

/** Opens a figure where nothing moves, or on a page of its own. */
async function open(
  file: string,
  t: TestContext,
  own?: BrowserContextOptions,
): Promise<Page> {
  const page = own || !shared ? await newPage(own) : shared;
  if (own) t.after(() => page.context().close());
  await page.setViewportSize(desk);
  await page.goto(pathToFileURL(join(folder, file)).href);
  return page;
}

async function newPage(options?: BrowserContextOptions): Promise<Page> {
  assert.ok(browser);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("console", (message) => troubles.push(message.text()));
  return page;
}

/** Sets a control, if asked to, and presses Step until the log says what it should. */
async function play(page: Page, { set, until }: Act): Promise<void> {
  await page.evaluate("window.old = [...document.querySelectorAll('.log p')]");
  const [control, ...keys] = set ?? [];
  for (const key of keys) await press(page, `[data-control=${control}]`, key);
  if (!set) await press(page, "[data-do=step]", "Enter");
  const amiss = await page.evaluate(`(${stepUntil})(${until}, ${set ? 5 : Infinity})`);
  assert.equal(amiss, undefined);
}

/**
 * Clicks on in the page, each time when the log has a new line: that takes a tenth of the time that keys
 * take. A changed control need not say anything: for its line it waits a few turns.
 */
const stepUntil = `async (wanted, turns) => {
  const log = document.querySelector(".log");
  const isSaid = () =>
    [...log.children].some((line) => !old.includes(line) && wanted.test(line.textContent));
  const turn = () => new Promise((resume) => setTimeout(resume));
  let last = old.at(-1);
  for (let steps = 0; steps < 60; steps++) {
    for (; turns > 0 && log.lastChild === last && !isSaid(); turns--) await turn();
    if (isSaid()) return turn();
    last = log.lastChild;
    turns = Infinity;
    document.querySelector("[data-do=step]").click();
  }
  return wanted + " was never said; the log ends: " + log.lastChild.textContent;
}`;

/** Walks to an element with Tab, as people without a mouse do, and presses a key there. */
async function press(page: Page, selector: string, key: string): Promise<void> {
  const isThere = () =>
    page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`);
  for (let tabs = 0; !(await isThere()); tabs++) {
    assert.ok(tabs < 30, `Tab does not lead to ${selector}`);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press(key);
}

const watchDots = `
  window.dots = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.matches?.(".dot")) window.dots += 1;
  }).observe(document.body, { childList: true, subtree: true });`;

/** Texts that stick out of their boxes, or out of the picture. */
const overflowing = `
  [...document.querySelectorAll("svg")].filter((svg) => svg.getClientRects().length > 0)
    .flatMap((svg) => [...svg.querySelectorAll("text")].map((text) => {
      const frame = text.parentElement.matches(".box, .chip")
        ? text.parentElement.querySelector("rect").getBBox()
        : svg.viewBox.baseVal;
      const { x, width } = text.getBBox();
      const out = x < frame.x - 1 || x + width > frame.x + frame.width + 1;
      return out ? text.textContent : "";
    })).filter(Boolean)`;

function writePage(name: string, lesson: string, ...scripts: string[]): void {
  const figure = figureHtml(lesson, english).replace(`figures/${lesson}`, name);
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A figure</title><link rel="stylesheet" href="style.css"></head><body><main>${figure}</main></body></html>`;
  writeFileSync(join(folder, `${name}.html`), page);
  writeFileSync(join(folder, `${name}.js`), scripts.join("\n"));
}

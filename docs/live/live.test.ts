// time limit: 600 s
// A learner's way through lesson 1, in a real browser, with the watch running.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { proved, unproved } from "../../shared/course/account.ts";
import type { Candidate } from "../../shared/course/candidates.ts";
import { axe, launch, noChromium } from "../browser.ts";
import { LiveCourse } from "./live-course.ts";

const file = "event-bus.ts";
/** The one that goes away is inert. */
const card = ".result:not([inert])";
/** The checks may take long where much else runs. */
const patience = 120_000;

test("the script of the live page is smaller than 4 KB", (t) => {
  const { length } = gzipSync(readFileSync(join(import.meta.dirname, "live.js")));
  t.diagnostic(`${length} bytes`);
  assert.ok(length < 4000);
});

test("a learner goes through lesson 1, and the page knows how far", async (t) => {
  const browser = await launch();
  if (!browser) return unproved(t, noChromium);
  const course = new LiveCourse();
  try {
    const address = await course.watch();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(patience);
    const page = await openLesson(context, address);
    await page.addScriptTag({ content: collectShifts });
    await until(page, 1, "your turn");
    // The other steps look the same: here they pass with the next one.
    for (const step of [1, 3, 7]) {
      // With six more there are more pages than a browser opens connections.
      const others = Array.from({ length: step === 3 ? 6 : 0 }, () =>
        openLesson(context, address),
      );
      const pages = [page, ...(await Promise.all(others))];
      course.save(course.wrong(step));
      // Step 7 has no TODO of its own, and this save has done those before it.
      const state = step === 7 ? "your turn" : "not yet";
      await Promise.all(pages.map((each) => until(each, step, state)));
      assert.equal(await page.locator(card).count(), 1);
      for (const other of pages.slice(1)) await other.close();
      course.save(course.right(step));
      if (step < 7) await until(page, step + 1);
      if (step === 1) await strange(page, course);
    }
    await until(page, 7, "passes");
    assert.equal(await page.locator("h3.passes").count(), 7);
    assert.equal(await page.locator(".squares .passes").count(), 7);
    assert.equal(
      await page.locator(".live [role=status]").textContent(),
      "All steps pass.",
    );
    await page.locator(`${card} summary`).click();
    const same = page.locator(`${card} details`, { hasText: "They are the same." });
    await same.waitFor();
    await page.evaluate(sayAgain);
    await page.getByText("noted later").waitFor();
    assert.equal(await same.getAttribute("open"), "", "news keep open what is open");
    const shift = Number(await page.evaluate("window.shift"));
    assert.ok(shift < 0.05, `the text moves: ${shift}`);
    assert.deepEqual(await obstacles(page), []);
    await page.goto(address);
    await page.locator(".cards li", { hasText: "7 of 7 steps" }).waitFor();
    const cards = await page.locator(".cards li").count();
    assert.equal(await page.locator(".cards .squares").count(), cards);
    assert.equal(await page.locator(".begin").innerText(), "Go on with lesson 2");
    await withoutScripts(address, browser);
    const other = await openLesson(context, address, "02-events-and-listeners");
    await other.locator(`${card}[data-state="your turn"]`).waitFor();
    await course.stop();
    await other.locator(".live", { hasText: "The watch has ended." }).waitFor();
    await openAgain(page, address, course);
    await other.locator(".live", { hasNotText: "The watch has ended." }).waitFor();
    await other.locator(`${card}[data-state="your turn"]`).waitFor();
    proved(t, "the live page: a way through lesson 1 in a browser");
  } finally {
    await browser.close();
    await course.stop();
  }
});

async function openLesson(
  context: BrowserContext,
  address: string,
  name = "01-event-bus",
): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(error));
  await page.goto(`${address}${name}.html`);
  return page;
}

/**
 * Waits for the card inside the step, and looks whether it is there. What it says of a step that is open
 * depends on whether the starter has a TODO for it.
 */
async function until(page: Page, step: number, state?: string): Promise<void> {
  const said = state === undefined ? "" : `[data-state="${state}"]`;
  await page
    .locator(`${card}[data-step^="${step} "]${said}`)
    .waitFor({ state: "attached" });
  const heading = await page.evaluate(
    `(() => { let at = document.querySelector('.result:not([inert])[data-step^="${step} "]'); while (at.tagName !== "H3") at = at.previousElementSibling; return at.id; })()`,
  );
  assert.match(String(heading), new RegExp(`^step-${step}-`));
}

/** What else may be saved: no TypeScript, an endless loop, a type error, and text that looks like HTML. */
async function strange(page: Page, course: LiveCourse): Promise<void> {
  const right = course.right(1);
  await page.waitForFunction(
    "(({ top }) => top >= 0 && top < 300)(document.querySelector('h3[id^=step-2-]').getBoundingClientRect())",
  );
  course.save(edited(right, "class PlainBus", "clas PlainBus"));
  await until(page, 2, "does not run");
  const place = page.locator(`${card} .places a`).first();
  assert.match(
    (await place.getAttribute("href")) ?? "",
    /^vscode:\/\/file\/.*\/work\/01-event-bus\/event-bus\.ts:\d+$/,
  );
  course.save(edited(right, "deliver(event: BusEvent): void {", "$& for (;;);"));
  await page.locator(card, { hasText: "loops for ever" }).waitFor();
  const throws = '$& throw new Error("<img src=x onerror=window.hit=1> `<b>`");';
  const typed = edited(right, "deliver(event: BusEvent): void {", throws);
  course.save({ ...typed, [file]: `${typed[file]}\nexport const wrong: string = 1;\n` });
  await page.locator(card, { hasText: "<img src=x" }).waitFor();
  await page
    .locator(`${card} dd`, { hasText: "not assignable to type 'string'" })
    .waitFor();
  assert.equal(await page.locator(`${card} :is(img, b)`).count(), 0);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(`${card} button`).click();
  await page.locator(`${card} button`, { hasText: "Copied" }).waitFor();
  const copied = await page.evaluate("navigator.clipboard.readText()");
  assert.match(String(copied), /^not yet\n[\s\S]*<img src=x/);
  course.save(right);
  await until(page, 2, "your turn");
}

/** The watch has ended, and comes back at the same address. */
async function openAgain(page: Page, address: string, course: LiveCourse): Promise<void> {
  course.save(course.wrong(5));
  const ended = page.waitForResponse((response) => response.url().endsWith("/events"));
  assert.equal(await course.watch(), address);
  await ended;
  await page.locator(".cards li", { hasText: "4 of 7 steps" }).waitFor();
}

async function withoutScripts(address: string, browser: Browser): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}01-event-bus.html`);
  assert.ok(await page.getByText("npm run lesson 1 watch").first().isVisible());
  await context.close();
}

function edited(files: Candidate, find: string, put: string): Candidate {
  const text = files[file] ?? "";
  assert.ok(text.includes(find), find);
  return { ...files, [file]: text.replace(find, put) };
}

/** As when the type-checker has its say, after the checks. */
const sayAgain = `new BroadcastChannel("live").postMessage({
  "01-event-bus": {
    ...window.live.lessons["01-event-bus"],
    problems: [{ file: "event-bus.ts", line: 1, message: "noted later" }],
  },
})`;

/** As browsers count it: the worst five seconds, in which no second passes without a shift. */
const collectShifts = `window.shift = 0;
let first = 0, last = 0, sum = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, startTime } of list.getEntries()) {
    if (hadRecentInput) continue;
    if (startTime - last > 1000 || startTime - first > 5000) [first, sum] = [startTime, 0];
    last = startTime;
    sum += value;
    window.shift = Math.max(window.shift, sum);
  }
}).observe({ type: "layout-shift", buffered: true });`;

async function obstacles(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(
    "axe.run(document, { preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))",
  );
}

// time limit: 240 s
// The site, read in a real browser: every page, light and dark, on a desk and on a phone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { judge, proved, unproved } from "../shared/course/account.ts";
import { serve } from "../shared/workbook/page/serve.ts";
import { courseRoot, readText } from "../shared/workbook/work/course.ts";
import { axe, launch, noChromium } from "./browser.ts";
import { makeSite, type SiteFiles, writeSite } from "./build.ts";
import { english, type Words } from "./words.ts";

const folder = mkdtempSync(join(tmpdir(), "workbook-site-"));
const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
const narrowest = { width: 320, height: 640 };
/** KB, gzipped, with fonts. */
const weightLimit = 120;

let files: SiteFiles = new Map();
let pages: string[] = [];
let broken: string[] = [];
let browser: Browser | undefined;
let seconds = 0;

before(async () => {
  const started = performance.now();
  const made = await makeSite();
  seconds = (performance.now() - started) / 1000;
  ({ files, broken } = made);
  pages = [...files.keys()].filter((file) => /^[\w-]+\.html$/.test(file));
  writeSite(files, folder);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("every link, anchor, script and figure of the site is there", () => {
  judge(broken.length > 0 ? broken.join("\n") : undefined);
});

test(`no page weighs more than ${weightLimit} KB, fonts and scripts included`, (t) => {
  const weights = pages
    .filter((page) => page !== "print.html")
    .map((page) => [page, weightOf(page)] as const);
  const heavy = weights.filter(([, weight]) => weight > weightLimit);
  judge(heavy.length > 0 ? heavy.map((each) => each.join(": ")).join("\n") : undefined);
  const most = Math.max(...weights.map(([, weight]) => weight));
  t.diagnostic(
    `the heaviest page: ${most.toFixed(0)} KB; built in ${seconds.toFixed(1)} s`,
  );
});

browserTest(
  "no page scrolls sideways or has an obstacle that axe knows, light and dark, desk and phone",
  async (page, t) => {
    const troubles = watch(page);
    const looks: string[] = [];
    for (const file of pages) {
      const found = [...(await tooWide(file, page)), ...(await obstacles(page, looks))];
      troubles.push(...found.map((trouble) => `${file}, ${trouble}`));
    }
    judge(troubles.length > 0 ? troubles.join("\n") : undefined);
    proved(t, `the site: ${pages.length} pages without an obstacle, from the disk alone`);
  },
);

/** Opens the search by its keys, and waits for each step: keys pressed too soon reach nobody. */
async function openSearch(page: Page): Promise<void> {
  await page.locator("#open-search").waitFor();
  await page.keyboard.press("Control+k");
  await page.locator("#search input:focus").waitFor();
}

browserTest(
  "the search knows words, lessons, signs and arrows, from the disk",
  async (page) => {
    const troubles = watch(page);
    await page.goto(address("index.html"));
    await openSearch(page);
    const hits = page.locator("#search li a");
    const search = async (words: string) => {
      await page.locator("#search input").fill(words);
      await hits.first().waitFor();
      return hits.first();
    };
    const lesson = await search("lesson 4");
    assert.equal(await lesson.getAttribute("href"), "04-event-queue.html");
    await page.evaluate(
      "searchData.sections.push({ lesson: 99, id: '99', page: '', heading: '', text: '' })",
    );
    assert.equal(await (await search("lesson 99")).getAttribute("href"), "99");
    assert.match((await (await search("step 4")).textContent()) ?? "", /^Step 4/);
    assert.match((await (await search("*")).textContent()) ?? "", /star|wildcard/i);
    assert.match((await (await search("#")).textContent()) ?? "", /hash|wildcard/i);
    const marked = (await search("backpressure")).locator("mark").first();
    assert.match((await marked.textContent()) ?? "", /backpressure/i);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.locator("#search li:nth-child(2) a:focus").waitFor();
    await page.keyboard.press("ArrowUp");
    await page.locator("#search li:first-child a:focus").waitFor();
    await page.locator("#search input").fill("zzzzqq");
    const status = page.locator("#search [role=status]");
    await status.filter({ hasText: english.searchNothing }).waitFor();
    // On a phone there is no Escape.
    await page.mouse.click(5, 700);
    await page.locator("#search").waitFor({ state: "hidden" });
    await openSearch(page);
    const to = await (await search("wildcards")).getAttribute("href");
    await page.keyboard.press("Enter");
    await page.waitForURL(address(to ?? ""));
    assert.deepEqual(troubles, []);
  },
);

browserTest("a question that the search finds is unfolded", async (page) => {
  for (const start of ["glossary.html", "01-event-bus.html"]) {
    await page.goto(address(start));
    await openSearch(page);
    await page.keyboard.type("who should handle a listener");
    await page.locator("#search li a").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/01-event-bus\.html#/);
    await page
      .locator("details[open]:target", { hasText: "Who should handle" })
      .waitFor();
    assert.equal(await page.locator("main details[open]").count(), 1);
  }
});

test("the search tells no hint, no answer and no difference", () => {
  const searched = String(files.get("search-data.js"));
  const page = String(files.get("01-event-bus.html"));
  assert.ok(page.includes("what must the bus know that only"));
  assert.ok(!searched.includes("what must the bus know that only"));
  assert.ok(!searched.includes("lines the same"));
  assert.ok(searched.includes("Who should handle a listener"));
});

test("the chapter on commands has all that one can type", () => {
  const { scripts } = JSON.parse(readText(join(courseRoot, "package.json")));
  const own = Object.keys(scripts).filter((name) => !/^(post|test$)/.test(name));
  const page = String(files.get("commands.html"));
  for (const command of ["npm test", ...own.map((name) => `npm run ${name}`)])
    assert.match(page, new RegExp(`<code>${command}[ <]`), command);
});

test("pictures say in words what they show", () => {
  for (const page of ["04-event-queue.html", "why-events.html", "one-shop.html"])
    assert.match(
      String(files.get(page)),
      /class="drawn"[^>]*><svg role="img" aria-label="\w/,
    );
});

browserTest("the copy button copies the code as it is", async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(address("index.html"));
  const block = page.locator(".code", { has: page.locator(".copy") }).first();
  await block.hover();
  await block.locator(".copy").click();
  await block.locator(`.copy[aria-label=${english.copied}]`).waitFor();
  const copied = await page.evaluate("navigator.clipboard.readText()");
  assert.equal(copied, "npm ci\nnpm run lesson 1");
});

browserTest(
  "the theme follows the system until one switches it, and then stays",
  async (page) => {
    const background = () =>
      page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(address("index.html"));
    const dark = await background();
    await page.locator("#switch-theme").click();
    const light = await background();
    assert.notEqual(light, dark);
    await page.goto(address("glossary.html"));
    assert.equal(await background(), light);
  },
);

browserTest(
  "without scripts the pages can be read, and nothing is offered that does not work",
  async (page) => {
    await page.goto(address("01-event-bus.html"));
    const offered = await page.locator(".tools button:visible, .copy:visible").count();
    assert.equal(offered, 0);
    assert.ok(await page.locator("h2").first().isVisible());
    assert.ok(await page.locator(".menu summary").isVisible());
  },
  { javaScriptEnabled: false, viewport: phone },
);

browserTest(
  "a dark reader prints light pages, with headings and without cut lines",
  async (page) => {
    // What A4 leaves between its margins.
    await page.setViewportSize({ width: 680, height: 1000 });
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    await page.goto(address("print.html"));
    assert.equal(await page.locator("article").count(), pages.length + 1);
    assert.equal(await page.locator("article details").count(), 0);
    const titles = await page.locator(":is(h2, h3):visible").allTextContents();
    for (const title of ["Contents", "4 · The event queue", "The idea", "Hints"])
      assert.ok(titles.includes(title), `the heading ${title}`);
    assert.deepEqual(await page.evaluate(cutOff), []);
    const light = await page.evaluate(colours);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await page.evaluate(colours), light);
  },
);

/** What goes on beyond the edge, or of what is around it. A frame may reach into the margin. */
const cutOff = `[...document.querySelectorAll("article *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 5
    || (one.matches("pre, .table, .drawn") && one.scrollWidth > one.clientWidth)
    || one.getBoundingClientRect().right > one.closest(".drawn")?.getBoundingClientRect().right)
  .map((one) => one.outerHTML.slice(0, 100))`;

const colours = `[...new Set([...document.querySelectorAll("body, body *")].flatMap((one) => {
  const { color, backgroundColor, fill, stroke } = getComputedStyle(one);
  return [color, backgroundColor, fill, stroke];
}))].sort()`;

test("the server shows the folder and nothing around it", async () => {
  const { server, address } = await serve(() => folder, 0);
  try {
    assert.match(await (await fetch(address)).text(), /<!doctype html>/);
    for (const path of [
      "/../package.json",
      "/..%2fpackage.json",
      "/%2e%2e/%2e%2e/etc/passwd",
      "//etc/passwd",
      "/%",
      "/nothing.html",
    ])
      assert.equal(await statusOf(Number(new URL(address).port), path), 404, path);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("a second edition stands beside the first, and each leads to the other", async () => {
  const ukrainian: Words = {
    ...english,
    language: "uk",
    edition: "Українська",
    site: "Робочий зошит",
  };
  const { files: both, broken: amiss } = await makeSite([english, ukrainian]);
  assert.deepEqual(
    amiss.filter((each) => each.startsWith("uk/")),
    [],
  );
  const first = String(both.get("01-event-bus.html"));
  const second = String(both.get("uk/01-event-bus.html"));
  assert.match(
    first,
    /<a href="uk\/01-event-bus\.html" lang="uk" hreflang="uk">Українська<\/a>/,
  );
  assert.match(second, /<html lang="uk">/);
  assert.match(
    second,
    /<a href="\.\.\/01-event-bus\.html" lang="en" hreflang="en">English<\/a>/,
  );
  assert.match(second, /<div lang="en">/);
  assert.match(second, /href="\.\.\/style\.css"/);
});

/** A test with a page in a context of its own; where there is no browser it counts as not proved. */
function browserTest(
  name: string,
  run: (page: Page, t: TestContext) => Promise<void>,
  options: BrowserContextOptions = { viewport: desk, reducedMotion: "reduce" },
): void {
  test(name, async (t) => {
    if (!browser) return unproved(t, noChromium);
    const context = await browser.newContext(options);
    try {
      await run(await context.newPage(), t);
    } finally {
      await context.close();
    }
  });
}

function address(path: string): string {
  return new URL(path, `${pathToFileURL(folder).href}/`).href;
}

/** Opens a page, unfolds all, and looks whether it, or any of its code, is wider than the screen. */
async function tooWide(file: string, page: Page): Promise<string[]> {
  const wide: string[] = [];
  await page.setViewportSize(narrowest);
  await page.goto(address(file));
  await page.evaluate(
    "for (const one of document.querySelectorAll('details')) one.open = true",
  );
  if (await scrollsSideways(page)) wide.push("at 320 px, scrolls sideways");
  await page.setViewportSize(desk);
  const cut = await page.evaluate(
    "[...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth).length",
  );
  if (cut) wide.push(`at 1280 px: ${cut} blocks of code are cut`);
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  if (await scrollsSideways(page))
    wide.push("with text twice as large, scrolls sideways");
  await page.evaluate("document.documentElement.style.fontSize = ''");
  return wide;
}

/** A theme changes colours and nothing else: light on a desk and dark on a phone are enough. */
async function obstacles(page: Page, looks: string[]): Promise<string[]> {
  await page.evaluate(axe);
  await page.evaluate(`window.looks = new Set(${JSON.stringify(looks)}); ${markLooks}`);
  const onDesk = await violations(page, "light");
  await page.setViewportSize(phone);
  const small =
    await page.evaluate(`[...document.querySelectorAll("svg text")].filter((text) =>
    text.checkVisibility() && parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 8
  ).map((text) => "too small on a phone: " + text.textContent)`);
  const onPhone = await violations(page, "dark");
  looks.splice(0, Infinity, ...((await page.evaluate("[...looks]")) as string[]));
  return [...onDesk, ...onPhone, ...(small as string[])];
}

/**
 * To look at colours takes long: of the elements of the site that have the same tags and classes around
 * them, one is looked at. All else that has colours in code becomes plain text, and so the page small;
 * the page of everything keeps three pages.
 */
const markLooks = `
  for (const one of document.querySelectorAll("article:nth-of-type(n + 4)")) one.remove();
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
  window.markLooks = () => {
    for (const one of document.querySelectorAll("body *")) {
      const hasText = [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
      if (!hasText || !one.checkVisibility()) continue;
      let look = "";
      for (let at = one; at; at = at.parentElement)
        look += [at.tagName, at.getAttribute("class"), at.ariaCurrent];
      if (!looks.has(look)) one.dataset.look = "";
      looks.add(look);
    }
  };
  window.markLooks();
  for (const one of document.querySelectorAll("pre span:not([data-look], :has([data-look]))"))
    one.replaceWith(...one.childNodes);`;

/** Collects requests that leave the disk, and what the console calls an error. */
function watch(page: Page): string[] {
  const troubles: string[] = [];
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) troubles.push(`asks for ${request.url()}`);
  });
  page.on("requestfailed", (request) => troubles.push(`does not get ${request.url()}`));
  page.on("pageerror", (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`${page.url()}: ${message.text()}`);
  });
  return troubles;
}

async function violations(page: Page, theme: string): Promise<string[]> {
  const tags = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split(" ");
  const options = { preload: false, resultTypes: ["violations"], runOnly: tags };
  const found = await page.evaluate(
    `document.documentElement.dataset.theme = "${theme}"; markLooks();
    axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, nodes }) => "${theme}: " + id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + " " + failureSummary.slice(0, 200)).join(" | ")))`,
  );
  return found as string[];
}

async function scrollsSideways(page: Page): Promise<boolean> {
  const { scrollWidth, clientWidth } = (await page.evaluate(
    "(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)",
  )) as { scrollWidth: number; clientWidth: number };
  return scrollWidth > clientWidth;
}

/** What a reader of English loads before a search: the page, styles, scripts and two fonts; in KB. */
function weightOf(page: string): number {
  const html = String(files.get(page));
  const parts = [
    ...html.matchAll(/<(?:script src|link rel="stylesheet" href)="([^"]+)"/g),
  ];
  const all = [
    page,
    ...parts.map(([, file = ""]) => file),
    "inter-latin.woff2",
    "jetbrains-mono.woff2",
  ];
  const bytes = all.map((file) => {
    const content = files.get(file) ?? "";
    return file.endsWith(".woff2") ? content.length : gzipSync(content).length;
  });
  return bytes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** The status of the answer to a path that no browser and no fetch would send as it is. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: "localhost", family: 4, port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once("error", reject);
  });
}

// time limit: 240 s
// The site, read in a real browser: every page, light and dark, on a desk and on a phone.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { getDocumentProxy, getResolvedPDFJS } from "unpdf";
import { judge, proved, unproved } from "../shared/course/account.ts";
import { serve } from "../shared/workbook/page/serve.ts";
import { findChromium, launch, noChromium } from "./browser.ts";
import { makeSite, type SiteFiles, writeSite } from "./build.ts";
import { english, type Words } from "./words.ts";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const folder = mkdtempSync(join(tmpdir(), "workbook-site-"));
const chromium = findChromium();
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
  if (chromium) browser = await launch(chromium);
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
  "no page has an obstacle that axe knows, light and dark, desk and phone",
  async (context, t) => {
    const troubles: string[] = [];
    const queue = [...pages].sort((page) => (page === "print.html" ? -1 : 1));
    const look = async () => {
      const page = await context.newPage();
      troubles.push(
        ...(await whileWatching(page, async () => {
          for (let file = queue.shift(); file !== undefined; file = queue.shift())
            troubles.push(...(await obstaclesOn(file, page)));
        })),
      );
    };
    await Promise.all([look(), look()]);
    judge(troubles.length > 0 ? troubles.join("\n") : undefined);
    proved(t, `the site: ${pages.length} pages without an obstacle, from the disk alone`);
  },
);

browserTest(
  "no page scrolls sideways at 320 px, nor with text twice as large, and no code at 1280 px",
  async (context) => {
    const page = await context.newPage();
    const wide: string[] = [];
    for (const file of pages) {
      await page.setViewportSize(narrowest);
      await page.goto(address(file));
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
      );
      if (await scrollsSideways(page)) wide.push(`${file} at 320 px`);
      await page.setViewportSize(desk);
      const cut = await page.evaluate(
        "[...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth).length",
      );
      if (cut) wide.push(`${file} at 1280 px: ${cut} blocks of code`);
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      if (await scrollsSideways(page)) wide.push(`${file} with text twice as large`);
    }
    judge(wide.length > 0 ? wide.join("\n") : undefined);
  },
);

/** Opens the search by its keys, and waits for each step: keys pressed too soon reach nobody. */
async function openSearch(page: Page): Promise<void> {
  await page.locator("#open-search").waitFor();
  await page.keyboard.press("Control+k");
  await page.locator("#search input:focus").waitFor();
}

browserTest("the search finds a word from the disk and leads to it", async (context) => {
  const page = await context.newPage();
  const troubles = watch(page);
  await page.goto(address("index.html"));
  await openSearch(page);
  await page.keyboard.type("wildcards");
  const first = page.locator("#search li a").first();
  const to = await first.getAttribute("href");
  await page.keyboard.press("Enter");
  await page.waitForURL(address(to ?? ""));
  await openSearch(page);
  await page.keyboard.type("zzzzqq");
  await page
    .locator("#search [role=status]", { hasText: english.searchNothing })
    .waitFor();
  assert.deepEqual(troubles, []);
});

browserTest("the search knows lessons, signs and arrows", async (context) => {
  const page = await context.newPage();
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
  assert.match((await (await search("*")).textContent()) ?? "", /star|wildcard/i);
  assert.match((await (await search("#")).textContent()) ?? "", /hash|wildcard/i);
  const marked = await search("backpressure");
  assert.match(
    (await marked.locator("mark").first().textContent()) ?? "",
    /backpressure/i,
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.locator("#search li:nth-child(2) a:focus").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.locator("#search li:first-child a:focus").waitFor();
});

test("the search tells no hint, no answer and no difference", () => {
  const searched = String(files.get("search-data.js"));
  const page = String(files.get("01-event-bus.html"));
  assert.ok(page.includes("what must the bus know that only"));
  assert.ok(!searched.includes("what must the bus know that only"));
  assert.ok(!searched.includes("lines the same"));
  assert.ok(searched.includes("Who should handle a listener"));
});

test("every lesson has at least two pictures that say in words what they show", () => {
  const few = pages
    .filter((page) => /^\d/.test(page))
    .filter((page) => (String(files.get(page)).match(/class="drawn"/g)?.length ?? 0) < 2);
  assert.deepEqual(few, []);
  for (const page of ["why-events.html", "one-shop.html"])
    assert.match(String(files.get(page)), /class="drawn"><svg role="img" aria-label="\w/);
});

browserTest("the copy button copies the code as it is", async (context) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
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
  async (context) => {
    const page = await context.newPage();
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
  async (_, t, open) => {
    const context = await open.newContext({ javaScriptEnabled: false, viewport: phone });
    const page = await context.newPage();
    await page.goto(address("01-event-bus.html"));
    const offered = await page.locator(".tools button:visible, .copy:visible").count();
    assert.equal(offered, 0);
    assert.ok(await page.locator("h2").first().isVisible());
    assert.ok(await page.locator(".menu summary").isVisible());
    await context.close();
    t.diagnostic("read without scripts");
  },
);

browserTest(
  "a dark reader prints light pages, with headings and without cut lines",
  async (context) => {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(address("print.html"));
    assert.equal(await page.locator("article").count(), pages.length + 1);
    assert.equal(await page.locator("article details").count(), 0);
    // Hints and answers, and three pages that stand for the others, which are printed the same.
    await page.addStyleTag({
      content:
        "article:nth-of-type(n + 4):not(:nth-last-of-type(-n + 2)) { display: none }",
    });
    const printed = await page.pdf({ format: "A4", outline: true, tagged: true });
    const document = await getDocumentProxy(new Uint8Array(printed));
    const titles = titlesIn(await document.getOutline());
    for (const title of [
      "Contents",
      "4 · The event queue",
      "The idea",
      "Hints",
      "Answers",
    ])
      assert.ok(titles.includes(title), `the heading ${title}`);
    const { OPS } = await getResolvedPDFJS();
    const colours = new Set<string>();
    for (let number = 1; number <= document.numPages; number++) {
      const sheet = await document.getPage(number);
      const [, , width = 0] = sheet.view;
      const { items } = await sheet.getTextContent();
      for (const item of items) {
        if (!("str" in item) || item.str.trim() === "") continue;
        const end = item.transform[4] + item.width;
        assert.ok(end < width - 40, `page ${number} cuts off: ${item.str}`);
      }
      // The colours of some pages are those of all.
      if (number % 4 > 0) continue;
      const { fnArray, argsArray } = await sheet.getOperatorList();
      for (const [at, what] of fnArray.entries())
        if (what === OPS.setFillRGBColor) colours.add(String(argsArray[at]));
    }
    assert.ok(colours.size > 3, [...colours].join(" "));
    for (const dark of ["#131418", "#1a1c23", "#0e0f13", "#e6e6ea", "#a3a7b3"])
      assert.ok(!colours.has(dark), `a dark reader's ${dark} is printed`);
  },
);

test("the server shows the folder and nothing around it", async () => {
  const { server, address } = await serve(() => folder, 0);
  try {
    const home = await fetch(address);
    assert.equal(home.status, 200);
    assert.match(await home.text(), /<!doctype html>/);
    const { port } = new URL(address);
    for (const path of [
      "/../package.json",
      "/..%2fpackage.json",
      "/%2e%2e/%2e%2e/etc/passwd",
      "//etc/passwd",
      "/%",
      "/nothing.html",
    ]) {
      assert.match(await rawAnswer(Number(port), path), /^HTTP\/1\.1 404 /, path);
    }
    assert.equal((await fetch(address, { method: "POST" })).status, 405);
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
  const { files: both, broken: amiss } = await makeSite(
    [english, ukrainian],
    "https://example.org/edit/",
  );
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
  assert.match(
    first,
    /href="https:\/\/example\.org\/edit\/lessons\/01-event-bus\/README\.md"/,
  );
  assert.doesNotMatch(String(files.get("01-event-bus.html")), /Edit this page/);
  assert.match(second, /<html lang="uk">/);
  assert.match(
    second,
    /<a href="\.\.\/01-event-bus\.html" lang="en" hreflang="en">English<\/a>/,
  );
  assert.match(second, /<div lang="en">/);
  assert.match(second, /href="\.\.\/style\.css"/);
});

/** A test with a browser of its own context; where there is no browser it counts as not proved. */
function browserTest(
  name: string,
  run: (context: BrowserContext, t: TestContext, open: Browser) => Promise<void>,
): void {
  test(name, async (t) => {
    if (!browser) return unproved(t, noChromium.what, noChromium.how);
    const context = await browser.newContext({ viewport: desk, reducedMotion: "reduce" });
    try {
      await run(context, t, browser);
    } finally {
      await context.close();
    }
  });
}

function address(path: string): string {
  return new URL(path, `${pathToFileURL(folder).href}/`).href;
}

/** Everything unfolded, in both themes and sizes. */
async function obstaclesOn(file: string, page: Page): Promise<string[]> {
  await page.setViewportSize(desk);
  await page.goto(address(file));
  await page.evaluate(axeSource);
  await page.evaluate(
    "document.querySelectorAll('main details').forEach((one) => { one.open = true; })",
  );
  // Looking at colours takes long. Long code has the colours of its beginning, and the page of
  // everything those of the others.
  await page.addStyleTag({
    content:
      ".difference code > :nth-child(n + 30), article:nth-of-type(n + 4) { display: none }",
  });
  const obstacles: string[] = [];
  for (const size of [desk, phone]) {
    await page.setViewportSize(size);
    for (const theme of ["light", "dark"]) {
      await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
      // A theme changes colours and nothing else; all else is looked at in the light.
      const found = await violations(page, theme === "light" ? [] : ["color-contrast"]);
      obstacles.push(
        ...found.map((one) => `${file}, ${theme}, ${size.width} px: ${one}`),
      );
    }
  }
  return obstacles;
}

async function whileWatching(page: Page, run: () => Promise<void>): Promise<string[]> {
  const troubles = watch(page);
  await run();
  return troubles;
}

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

async function violations(page: Page, rules: string[]): Promise<string[]> {
  const options = {
    preload: false,
    resultTypes: ["violations"],
    runOnly:
      rules.length > 0
        ? { type: "rule", values: rules }
        : {
            type: "tag",
            values: [
              "wcag2a",
              "wcag2aa",
              "wcag21a",
              "wcag21aa",
              "wcag22aa",
              "best-practice",
            ],
          },
  };
  const found = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + " " + failureSummary.slice(0, 200)).join(" | ")))`,
  );
  return found as string[];
}

async function scrollsSideways(page: Page): Promise<boolean> {
  const { scrollWidth, clientWidth } = (await page.evaluate(
    "(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)",
  )) as { scrollWidth: number; clientWidth: number };
  return scrollWidth > clientWidth;
}

type Outline = { title: string; items: Outline }[] | null;

function titlesIn(outline: Outline): string[] {
  return (outline ?? []).flatMap(({ title, items }) => [title, ...titlesIn(items)]);
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

/** The first line of the answer to a path that no browser and no fetch would send as it is. */
function rawAnswer(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
      );
    });
    socket.setEncoding("utf8").once("data", (text: string) => {
      resolve(text);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

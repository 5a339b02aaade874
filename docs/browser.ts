// The browser that the site is checked in: a Chromium of the machine, nothing is downloaded.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];

const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ...[
    process.env.PROGRAMFILES,
    process.env["PROGRAMFILES(X86)"],
    process.env.LOCALAPPDATA,
  ].map((folder) => join(folder ?? "", "Google", "Chrome", "Application", "chrome.exe")),
];

/** The source of axe, which finds in a page what is in the way of people who cannot see or point. */
export const axe: string = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** What a test says where there is no browser, and how to get one. */
export const noChromium =
  "no Chromium is installed to read the site in: install Chromium or Chrome, or name one in CHROMIUM";

/** Starts it, if there is one. It asks nobody for anything. Close it on every way out. */
export async function launch(): Promise<Browser | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, args: ["--disable-gpu", "--disable-quic"] });
}

/** The path of a Chromium: the one in CHROMIUM, one of the PATH, or one in its usual place. */
function findChromium(): string | undefined {
  const { CHROMIUM, PATH = "" } = process.env;
  const onPath = names.flatMap((name) =>
    PATH.split(delimiter).map((folder) => join(folder, name)),
  );
  return [...(CHROMIUM ? [CHROMIUM] : []), ...onPath, ...places].find((path) =>
    existsSync(path),
  );
}

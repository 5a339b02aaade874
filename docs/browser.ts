// The browser that the site is checked in: a Chromium of the machine, nothing is downloaded.
import { existsSync } from "node:fs";
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

/** What to say where there is none. */
export const noChromium = {
  what: "no Chromium is installed to read the site in",
  how: "install Chromium or Chrome, or name one in CHROMIUM",
};

/** The path of a Chromium: the one in CHROMIUM, one of the PATH, or one in its usual place. */
export function findChromium(): string | undefined {
  const { CHROMIUM, PATH = "" } = process.env;
  const onPath = names.flatMap((name) =>
    PATH.split(delimiter).map((folder) => join(folder, name)),
  );
  return [...(CHROMIUM ? [CHROMIUM] : []), ...onPath, ...places].find((path) =>
    existsSync(path),
  );
}

/** Starts it so that it asks nobody for anything. Close it on every way out. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

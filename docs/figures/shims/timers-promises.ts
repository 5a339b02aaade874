/** `node:timers/promises`, as much of it as the lessons use. */
function sleep(ms: number): Promise<void> {
  return new Promise((resume) => {
    globalThis.setTimeout(resume, ms);
  });
}

export { sleep as setTimeout };

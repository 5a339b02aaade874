import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { after, test } from "node:test";
import { greeter, reader, TrialCourse } from "../trial-course.ts";

/** Starts a watch and returns the line that tells the address, and the address. */
async function watch(
  course: TrialCourse,
  lesson = "1",
): Promise<AsyncDisposable & { line: string; address: string }> {
  const child = await course.start([lesson, "watch"]);
  const line = await reader(child)(/http:\/\/.*\n/);
  return {
    line,
    address: /http:\S+\//.exec(line)?.[0] ?? "",
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, "close");
    },
  };
}

/** The status of an answer to a request that no browser would send for a page of the course. */
async function statusOf(
  address: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<number | undefined> {
  const asked = request(address, { method, headers, agent: false }).end();
  const [response] = await once(asked, "response");
  response.resume();
  return response.statusCode;
}

/** Reads what a page would be told, until it says what is wanted. */
async function news(address: string, pattern: RegExp): Promise<string> {
  const { body } = await fetch(`${address}events`);
  let said = "";
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    said += text;
    if (pattern.test(said)) return said;
  }
  throw new Error(`The news ended: ${said}`);
}

/** What the first tests look at, one after the other. */
const shared = new TrialCourse();
const served = await watch(shared);
const { address } = served;
after(async () => {
  await served[Symbol.asyncDispose]();
  shared[Symbol.dispose]();
});

test("only this machine's own pages are answered, and only GET", async () => {
  const { host, port } = new URL(address);
  for (const path of ["", "state.js", "events", "01-greeter.html"]) {
    const url = address + path;
    assert.equal(await statusOf(url, { Host: `evil.example:${port}` }), 403, path);
    for (const site of ["cross-site", "same-site"])
      assert.equal(await statusOf(url, { "Sec-Fetch-Site": site }), 403, path);
    assert.equal(await statusOf(url, {}, "POST"), 405, path);
    assert.equal(await statusOf(url, { "Sec-Fetch-Site": "same-origin" }), 200, path);
  }
  assert.equal(
    await statusOf(address, { Host: host.replace("localhost", "127.0.0.1") }),
    200,
  );
  assert.equal(await statusOf(`${address}package.json`, {}), 404);
});

test("one run of the checks at a save is news in the terminal and on the page", async () => {
  const heard = news(address, /"title":"Step 2 of 3[^}]*"state":"your turn"/);
  shared.solve({ 1: greeter[1] });
  assert.match(await heard, /"checking":true/);
});

test("the page of another lesson is checked when somebody opens it, and watched from then on", async () => {
  assert.equal(await statusOf(`${address}02-counter.html`, {}), 200);
  await news(address, /"title":"Step 1 of 2/);
  const before = shared.read("work/02-counter/counter.ts");
  shared.write("work/02-counter/counter.ts", `${before}(`);
  await news(address, /does not run/);
});

test("the reference is shown to those who are done, and to nobody before", async () => {
  const reference = `${address}01-greeter.json`;
  assert.equal(await statusOf(reference, {}), 404);
  shared.solve();
  await news(address, /"done":\[1,2,3\]/);
  const { files } = await (await fetch(reference)).json();
  assert.equal(files[0].mine, "work/01-greeter/greeter.ts");
  assert.ok(files[0].lines.length > 0);
});

test("code that loops for ever is told, and the next save is heard", async () => {
  using course = new TrialCourse();
  course.solve({ 1: "for (;;);" });
  await using served = await watch(course);
  await news(served.address, /loops for ever/);
  course.solve();
  await news(served.address, /"done":\[1,2,3\]/);
});

test("a second watch says that another one runs, and where", async () => {
  using course = new TrialCourse();
  const first = await watch(course);
  {
    await using second = await watch(course, "2");
    assert.equal(second.address, first.address);
    assert.match(second.line, /Another watch runs already/);
  }
  await first[Symbol.asyncDispose]();
  await using third = await watch(course, "2");
  assert.match(third.line, /The same in the explanation/);
  assert.equal(third.address, first.address, "open pages find it again");
});

test("pages that cannot be made leave the terminal as it is, and say why", async () => {
  using course = new TrialCourse();
  course.write("docs/live/build.ts", 'throw new Error("highlight.js is missing");');
  await using served = await watch(course);
  const answer = await fetch(served.address);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /^The pages could not be made\..*npm ci/);
});

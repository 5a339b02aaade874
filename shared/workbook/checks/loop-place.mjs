// Stands by in a thread of its own while checks run. Asked through the pipe, it stops the main thread some
// times, and answers with one line of JSON: the places it was at. What a loop calls comes and goes, and the
// function with the loop is there each time: so what was met most often comes first, then the innermost.
// JavaScript, so that it starts without a loader.
import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

const stops = 25;
/** Between two, in ms: enough to come elsewhere. */
const between = 3;
/** On a busy machine there are fewer stops, in ms. */
const timeLimit = 1_000;

const pipe = new Socket({ fd: workerData });
pipe.once("data", () => {
  const scripts = new Map();
  const met = new Map();
  const began = Date.now();
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) =>
    scripts.set(params.scriptId, params),
  );
  let stopped = 0;
  session.on("Debugger.paused", ({ params }) => {
    for (const call of params.callFrames) {
      const script = scripts.get(call.location.scriptId);
      if (!script?.url.startsWith("file:")) continue;
      const key = JSON.stringify(call.functionLocation);
      const known = met.get(key) ?? { frame: frameOf(script, call), times: 0 };
      met.set(key, known);
      known.times += 1;
    }
    stopped += 1;
    if (stopped === stops || Date.now() - began > timeLimit) answer();
    else session.post("Debugger.resume");
  });
  // Asked any sooner, it would still stand where it stood, and not stop again.
  session.on("Debugger.resumed", () =>
    setTimeout(() => session.post("Debugger.pause"), between),
  );
  const answer = () => {
    const all = [...met.values()].sort((one, other) => other.times - one.times);
    pipe.write(`${JSON.stringify(all.map(({ frame }) => frame))}\n`);
  };
  session.post("Debugger.enable");
  session.post("Debugger.pause");
});

parentPort?.postMessage("stands by");

/** The line that was written, and not the one that a loader made of it. Both count from 0, a reader from 1. */
function frameOf({ url, sourceMapURL = "" }, { functionName, location }) {
  const { lineNumber, columnNumber = 0 } = location;
  const [, map] = sourceMapURL.split("base64,");
  const entry =
    map &&
    new SourceMap(JSON.parse(Buffer.from(map, "base64").toString())).findEntry(
      lineNumber,
      columnNumber,
    );
  const line = (entry?.originalLine ?? lineNumber) + 1;
  return { file: fileURLToPath(url), line, name: functionName };
}

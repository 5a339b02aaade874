// Stands by in a thread of its own while checks run. Asked through the pipe, it stops the main thread where
// that is, and answers with one line of JSON: the files and lines it has come to, the innermost first.
// JavaScript, so that it starts without a loader.
import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";

const pipe = new Socket({ fd: workerData });
pipe.once("data", () => {
  const scripts = new Map();
  const session = new Session();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) =>
    scripts.set(params.scriptId, params),
  );
  session.on("Debugger.paused", ({ params }) => {
    const frames = params.callFrames.flatMap(({ location }) => {
      const script = scripts.get(location.scriptId);
      return script?.url.startsWith("file:") ? [frameOf(script, location)] : [];
    });
    pipe.write(`${JSON.stringify(frames)}\n`);
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
});

/** The line that was written, and not the one that a loader made of it. Both count from 0, a reader from 1. */
function frameOf({ url, sourceMapURL = "" }, { lineNumber, columnNumber = 0 }) {
  const [, map] = sourceMapURL.split("base64,");
  const entry =
    map &&
    new SourceMap(JSON.parse(Buffer.from(map, "base64").toString())).findEntry(
      lineNumber,
      columnNumber,
    );
  return { file: fileURLToPath(url), line: (entry?.originalLine ?? lineNumber) + 1 };
}

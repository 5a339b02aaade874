// Loaded before a command: the system refuses with the error code in REFUSE to read or list what ends
// with REFUSE_AT, or to listen; without that, whatever it writes.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Server } from "node:net";

const { REFUSE: code, REFUSE_AT: refusedAt } = process.env;
/** The calls, and which of their arguments is the path. */
const reading = { readFileSync: 0, openSync: 0, readdirSync: 0, cpSync: 0 };
const writing = {
  writeFileSync: 0,
  mkdirSync: 0,
  mkdtempSync: 0,
  renameSync: 1,
  copyFileSync: 1,
  cpSync: 1,
};

function refusal(call, more) {
  return Object.assign(new Error(`${code}: refused, ${call}`), { code, ...more });
}

for (const [call, at] of Object.entries(refusedAt ? reading : writing)) {
  const real = fs[call];
  fs[call] = (...words) => {
    const path = words[at];
    const isRefused = String(path)
      .replaceAll("\\", "/")
      .endsWith(refusedAt ?? "");
    if (!isRefused) return real(...words);
    // A folder that is there needs no writing.
    if (call === "mkdirSync" && fs.existsSync(path)) return;
    throw refusal(call, { path });
  };
}
if (refusedAt === "listen")
  Server.prototype.listen = function (port, address) {
    setImmediate(() => this.emit("error", refusal("listen", { address, port })));
  };
syncBuiltinESMExports();

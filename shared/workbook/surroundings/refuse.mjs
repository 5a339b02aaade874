// Loaded before a command: whatever it writes, the system refuses with the error code in REFUSE.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { REFUSE: code } = process.env;
const placeOf = {
  writeFileSync: 0,
  mkdirSync: 0,
  mkdtempSync: 0,
  renameSync: 1,
  copyFileSync: 1,
  cpSync: 1,
};
for (const [call, at] of Object.entries(placeOf))
  fs[call] = (...words) => {
    const path = words[at];
    // A folder that is there needs no writing.
    if (call === "mkdirSync" && fs.existsSync(path)) return;
    throw Object.assign(new Error(`${code}: refused, ${call} '${path}'`), { code, path });
  };
syncBuiltinESMExports();

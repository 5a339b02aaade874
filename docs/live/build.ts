// Makes the pages that `npm run lesson 4 watch` serves, in a folder: those of the site, and a script more.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeSite, writeSite } from "../build.ts";

const [folder = ""] = process.argv.slice(2);
const { files } = await makeSite();
for (const [file, content] of files)
  if (typeof content === "string" && file.endsWith(".html"))
    files.set(file, withScript(content));
for (const name of ["live.js", "live.css"])
  files.set(name, readFileSync(join(import.meta.dirname, name)));
writeSite(files, folder);

/** What is known stands in `state.js`, which comes before the text: then the text need not move for it. */
function withScript(html: string): string {
  return html
    .replace(
      "</head>",
      '<link rel="stylesheet" href="/live.css">\n<script src="/state.js"></script>\n</head>',
    )
    .replace("</body>", '<script src="/live.js"></script>\n</body>');
}

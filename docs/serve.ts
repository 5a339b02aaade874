import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesUnder } from "../shared/workbook/work/course.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/**
 * Serves the files of a folder to this machine alone. Only what is in the folder's list can be had,
 * so no address leads out of it.
 *
 * @param port where to listen, if it is free; else any port
 */
export async function serve(
  folder: string,
  port = 4321,
): Promise<{ server: Server; address: string }> {
  const server = createServer(async (request, response) => {
    const path = pathOf(request.url ?? "/");
    const isThere = path !== undefined && filesUnder(folder).includes(path);
    if (!isThere || !/^(GET|HEAD)$/.test(request.method ?? "")) {
      response.writeHead(isThere ? 405 : 404).end();
      return;
    }
    const type = types[extname(path)] ?? "application/octet-stream";
    response.setHeader("Content-Type", type);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Vary", "Accept-Encoding");
    let content = await readFile(join(folder, path));
    // Fonts and pictures are compressed already.
    if (
      type.startsWith("text/") &&
      /\bgzip\b/.test(`${request.headers["accept-encoding"]}`)
    ) {
      response.setHeader("Content-Encoding", "gzip");
      content = gzipSync(content);
    }
    response.end(request.method === "HEAD" ? undefined : content);
  });
  await listen(server, port).catch(() => listen(server, 0));
  const { port: found } = server.address() as AddressInfo;
  return { server, address: `http://localhost:${found}/` };
}

/** `/uk/` → `uk/index.html` */
function pathOf(url: string): string | undefined {
  const [path = "/"] = url.split(/[?#]/);
  try {
    const name = decodeURIComponent(path).slice(1);
    return name === "" || name.endsWith("/") ? `${name}index.html` : name;
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

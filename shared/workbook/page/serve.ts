import { once } from "node:events";
import { readFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesUnder } from "../work/course.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Answers some of the paths by itself; returns false for all others. */
type Answer = (path: string, response: ServerResponse) => boolean;

/**
 * Serves the files of a folder to this machine alone. Only what is in the folder's list can be had,
 * so no address leads out of it.
 *
 * @param folder is asked at every request; if it rejects, what it says is the answer
 * @param port where to listen, if it is free; else any port
 */
export async function serve(
  folder: () => string | Promise<string>,
  port = 4321,
  answer: Answer = () => false,
): Promise<{ server: Server; address: string }> {
  const server = createServer(async (request, response) => {
    const { port } = server.address() as AddressInfo;
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    if (request.method !== "GET") return refuse(response, 405, "Only GET is answered.");
    if (!isOwn(request, port))
      return refuse(response, 403, "Open this page by its address.");
    const path = pathOf(request.url ?? "/");
    if (path !== undefined && answer(path, response)) return;
    try {
      await sendFile(await folder(), path, request, response);
    } catch (error) {
      refuse(response, 503, error instanceof Error ? error.message : String(error));
    }
  });
  await listen(server, port).catch(() => listen(server, 0));
  const { port: found } = server.address() as AddressInfo;
  return { server, address: `http://localhost:${found}/` };
}

/** Whether a page of this server asks, or somebody who typed the address: a page from elsewhere may not. */
function isOwn({ headers }: IncomingMessage, port: number): boolean {
  const { host, "sec-fetch-site": from = "none" } = headers;
  const isHere = host === `localhost:${port}` || host === `127.0.0.1:${port}`;
  return isHere && (from === "none" || from === "same-origin");
}

async function sendFile(
  folder: string,
  path: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (path === undefined || !filesUnder(folder).includes(path))
    return refuse(response, 404, "There is no such page.");
  const type = types[extname(path)] ?? "application/octet-stream";
  response.setHeader("Content-Type", type);
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
  response.end(content);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${why}\n`);
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

/** On the loopback address alone: no other machine reaches it. */
async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

/** What goes over a line, and how it is read and written. */
import { createRequire } from "node:module";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

export type Fields = Record<string, unknown>;
export interface Frame {
  id?: number;
  channel: number;
  size?: number;
  fields: Fields;
  content?: Buffer;
}
interface Codec {
  defs: Record<string, number> & {
    encodeMethod(id: number, channel: number, fields: Fields): Buffer;
    encodeProperties(id: number, channel: number, size: number, fields: Fields): Buffer;
  };
  frames: {
    HEARTBEAT: unknown;
    parseFrame(bytes: Buffer, max: number): { rest: Buffer } | false;
    decodeFrame(frame: { rest: Buffer }): Frame;
    makeBodyFrame(channel: number, content: Buffer): Buffer;
  };
}

// The client's own codec: what it cannot read and write, no learner can say.
const library = createRequire(fileURLToPath(import.meta.resolve("amqplib")));
export const { defs, frames }: Codec = {
  defs: library("./lib/defs.js"),
  frames: library("./lib/frame.js"),
};
export const { Connection } = library("./lib/connection.js");
export const Model = library("./lib/channel_model.js").ChannelModel;
/** Such as `BasicPublish`, by the number that goes over the line. */
export const names = new Map(
  Object.entries(defs)
    .filter(([name, id]) => typeof id === "number" && /^[A-Z][a-z]+[A-Z][a-z]/.test(name))
    .map(([name, id]) => [id, name]),
);

/** Two ends of one line: what is written at one end is read at the other, a little later. */
export function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const push = (to: number, bytes: Buffer | null) =>
    setImmediate(() => {
      const end = ends[to];
      if (end && !end.destroyed && !end.readableEnded) end.push(bytes);
    });
  for (const other of [1, 0]) {
    ends.push(
      new Duplex({
        read() {},
        write(bytes, _encoding, done) {
          push(other, bytes);
          done();
        },
        final(done) {
          push(other, null);
          done();
        },
        destroy(error, done) {
          push(other, null);
          done(error);
        },
      }),
    );
  }
  return ends as [Duplex, Duplex];
}

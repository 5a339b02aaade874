/** `node:crypto` with SHA-256, which the browser has only for those who can wait. */
import { Buffer } from "./globals.ts";

export function createHash(name: string) {
  return new Hash(name);
}

export function createHmac(name: string, secret: string | Uint8Array) {
  const given = Buffer.from(secret);
  const key = Buffer.alloc(64);
  key.set(given.length > 64 ? sha256(given) : given);
  const pad = (mask: number) => Buffer.from(key.map((byte) => byte ^ mask));
  return new Hash(name, pad(0x36), (inner) => sha256(Buffer.concat([pad(0x5c), inner])));
}

export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0);
  return difference === 0;
}

class Hash {
  #bytes: Buffer;
  readonly #finish: (hash: Buffer) => Buffer;

  constructor(name: string, start = Buffer.alloc(0), finish = (hash: Buffer) => hash) {
    if (name !== "sha256") throw new Error(`This page knows SHA-256, and not ${name}.`);
    this.#bytes = start;
    this.#finish = finish;
  }

  update(content: string | Uint8Array): this {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(content)]);
    return this;
  }

  digest(encoding?: string): Buffer | string {
    const hash = this.#finish(sha256(this.#bytes));
    return encoding === undefined ? hash : hash.toString(encoding);
  }
}

/** The first bits of the fractional parts of the roots of the first primes. */
function fractions(root: number, count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    let isPrime = true;
    for (let by = 2; by * by <= number; by++) isPrime &&= number % by !== 0;
    if (isPrime) found.push(((number ** (1 / root) % 1) * 2 ** 32) | 0);
  }
  return found;
}

function sha256(message: Uint8Array): Buffer {
  const constants = fractions(3, 64);
  const hash = Int32Array.from(fractions(2, 8));
  const padded = new Uint8Array((((message.length + 8) >> 6) + 1) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);
  for (let block = 0; block < padded.length; block += 64) {
    const words = Array.from({ length: 16 }, (_, at) => view.getInt32(block + at * 4));
    mix(hash, words, constants);
  }
  const bytes = Buffer.alloc(32);
  hash.forEach((word, at) => {
    new DataView(bytes.buffer).setInt32(at * 4, word);
  });
  return bytes;
}

/** Takes one block of sixteen words into the hash. */
function mix(hash: Int32Array, words: number[], constants: number[]): void {
  const word = (at: number) => words[at] ?? 0;
  let [a, b, c, d, e, f, g, h] = [...hash] as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  for (let round = 0; round < 64; round++) {
    if (round >= 16) {
      const [x, y] = [word(round - 15), word(round - 2)];
      const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[round] = (word(round - 16) + s0 + word(round - 7) + s1) | 0;
    }
    const big = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const choice = (e & f) ^ (~e & g);
    const one = (h + big + choice + (constants[round] ?? 0) + word(round)) | 0;
    const small = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, at) => {
    hash[at] = ((hash[at] ?? 0) + value) | 0;
  });
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

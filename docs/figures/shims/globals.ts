/** What Node has everywhere and browsers have not: as much of it as the lessons use. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Buffer extends Uint8Array {
  static override from(source: unknown, encoding: unknown = "utf8"): Buffer {
    if (typeof source !== "string") return new Buffer(source as Uint8Array<ArrayBuffer>);
    if (encoding !== "base64") return new Buffer(encoder.encode(source));
    return new Buffer([...atob(source)].map((sign) => sign.charCodeAt(0)));
  }

  static alloc(size: number): Buffer {
    return new Buffer(size);
  }

  static allocUnsafe(size: number): Buffer {
    return new Buffer(size);
  }

  static concat(list: readonly Uint8Array[]): Buffer {
    return Buffer.from(list.flatMap((bytes) => [...bytes]));
  }

  static byteLength(text: string): number {
    return encoder.encode(text).length;
  }

  override toString(encoding = "utf8", start = 0, end = this.length): string {
    const bytes = this.subarray(start, end);
    if (encoding === "base64") return btoa(String.fromCharCode(...bytes));
    if (encoding !== "hex") return decoder.decode(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

export function setImmediate(action: () => void): void {
  setTimeout(action, 0);
}

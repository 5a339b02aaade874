/**
 * The little that the figures need of a browser. The course is checked without the types of the
 * DOM, so that no lesson leans on a browser by mistake.
 */
export interface Element {
  hidden: boolean;
  checked: boolean;
  value: string;
  type: string;
  textContent: string;
  innerHTML: string;
  readonly dataset: Record<string, string | undefined>;
  scrollTop: number;
  readonly scrollHeight: number;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
  addEventListener(type: string, listener: (event: { target: Element }) => void): void;
  setAttribute(name: string, value: string): void;
  append(child: Element): void;
  remove(): void;
  getClientRects(): { length: number };
  getTotalLength(): number;
  getPointAtLength(length: number): { x: number; y: number };
  animate(frames: { transform: string }[], options: object): Animation;
}

export interface Animation {
  readonly finished: Promise<unknown>;
  finish(): void;
}

export interface Browser {
  document: {
    documentElement: { lang: string };
    querySelector(selector: string): Element | null;
    createElement(name: string): Element;
    createElementNS(space: string, name: string): Element;
  };
  matchMedia(query: string): { matches: boolean };
}

/** What each listener of this lesson is given, and what it gives back. */
import type { Listener } from "#bus/contract";
import type { ShopEvents } from "./catalogue.ts";

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How an email leaves the shop. It may be async, and it fails by throwing or rejecting. */
export type SendEmail = (email: Email) => unknown;

/** Three listeners, each for one kind of event. */
export interface EmailSender {
  welcome: Listener<ShopEvents, "user.registered">;
  confirmOrder: Listener<ShopEvents, "order.created">;
  sayGoodbye: Listener<ShopEvents, "user.deleted">;
}

/** Where a line goes: to the terminal, to a file, or to a list in a test. It may fail. */
export type Write = (line: string) => unknown;

export type Logger = Listener<ShopEvents, "#">;

export interface Figures {
  /** How many users there are: those who registered, less those who were deleted. */
  readonly users: number;
  /** How many orders there were. */
  readonly orders: number;
  /** What all orders cost together, in kopiykas. */
  readonly turnover: number;
}

export interface Analytics {
  /** Counts an event. One of another kind changes nothing. */
  count: Listener<ShopEvents, "#">;
  /** The figures as they are now; what was handed out does not change later. */
  figures(): Figures;
}

export interface ShopListeners {
  emailSender: EmailSender;
  logger: Logger;
  analytics: Analytics;
}

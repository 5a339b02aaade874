import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Bus, OnError } from "#bus/contract";
import type {
  Customer,
  OrderItem,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService, type Figures } from "#shop/analytics-service.ts";
import { type Email, NotificationService, type Sms } from "#shop/notification-service.ts";
import { OrderService } from "#shop/order-service.ts";
import type { Engine } from "./engines.ts";

/** A message that a customer got. */
export interface Message {
  readonly kind: "email" | "SMS";
  readonly to: string;
  readonly text: string;
}

/** What a shop is given wherever it is opened. */
export interface Surroundings {
  /** For the files of its transport, if it has any. It exists. */
  folder: string;
  /** No two shops that are open at the same time have the same: `shop-1`. */
  name: string;
  /** Where the server of the transport is, if it needs one. */
  brokerUrl?: string;
  /** Where its programs lie as JavaScript, which starts faster. Default: here, as TypeScript. */
  programs?: string;
  /** How long a message takes to send, in ms. Default: 0. */
  sendingTime?: number;
  /** A file that gets a line for every message that left, whatever happens to its process next. */
  ledger?: string;
  /** Is called with every message that left, and with the process that sent it. */
  onSent: (message: Message, pid: number) => void;
  /** Is told, in a sentence, why a listener failed for the last time. */
  onGivenUp: (reason: string) => void;
}

/** The shop of lesson 3, open for customers. */
export interface OpenShop {
  createOrder(customer: Customer, items: readonly OrderItem[]): number;
  /**
   * Takes a payment. Resolves when the transport has it: what it promises holds from then on.
   *
   * @throws OrderError if there is no such order, or if it has been paid already
   */
  payOrder(orderId: number): Promise<void>;
  figures(): Promise<Figures>;
  /** Finishes what is in hand, and lets go of files, processes and connections. */
  close(): Promise<void>;
}

/** A way on which events get from those who emit them to those who listen. */
export interface Transport {
  readonly name: string;
  /** In a sentence, what carries the events. */
  readonly about: string;
  /** The server that it needs, if it needs one. */
  readonly needs?: Engine;
  readonly promises: Promises;
  /** Opens the shop. If it was open before in this folder, it knows what the transport kept. */
  open(around: Surroundings): Promise<OpenShop>;
  /** Removes what the transport keeps outside the folder. */
  forget?(around: Surroundings): Promise<void>;
}

/** What becomes of accepted payments when all processes of the shop are killed. */
export interface Promises {
  /** Every message that follows from them is sent, before or afterwards; some perhaps twice. */
  keepsMessages: boolean;
  /** The shop that opens again knows them. */
  remembers: boolean;
}

/** Stands for the mail server and the phone network. Both refuse what is not an address. */
export class Gateway {
  readonly #around: GatewayOptions;
  #sending = 0;

  constructor(around: GatewayOptions) {
    this.#around = around;
  }

  readonly sendEmail = ({ to, subject }: Email): Promise<void> =>
    this.#send({ kind: "email", to, text: subject }, to.includes("@"));

  readonly sendSms = ({ to, text }: Sms): Promise<void> =>
    this.#send({ kind: "SMS", to, text }, to.startsWith("+"));

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#sending > 0) await setTimeout(1);
  }

  async #send(message: Message, isAddress: boolean): Promise<void> {
    const { sendingTime = 0, ledger, onSent } = this.#around;
    this.#sending += 1;
    try {
      if (sendingTime > 0) await setTimeout(sendingTime);
      if (!isAddress) throw new Error(`no such address: ${message.to}`);
      if (ledger) appendFileSync(ledger, `${message.kind} ${message.to}\n`);
      onSent(message, process.pid);
    } finally {
      this.#sending -= 1;
    }
  }
}

type GatewayOptions = Pick<Surroundings, "sendingTime" | "ledger" | "onSent">;

/** What a bus is to do with listeners that it has given up. */
export function onErrorOf({ onGivenUp }: Surroundings): OnError {
  return (error) => onGivenUp(error instanceof Error ? error.message : String(error));
}

/** The three services of lesson 3 on one bus, all in this process. */
export function startServices(bus: Bus<ShopEvents>, around: Surroundings): Services {
  const gateway = new Gateway(around);
  const orders = new OrderService(bus);
  new NotificationService(bus, gateway);
  const analytics = new AnalyticsService(bus);
  return {
    ...{ orders, gateway },
    desk: {
      createOrder: (customer, items) => orders.createOrder(customer, items),
      figures: async () => analytics.figures,
    },
  };
}

interface Services {
  orders: OrderService;
  gateway: Gateway;
  /** What is the same on every bus that stays in one process. */
  desk: Pick<OpenShop, "createOrder" | "figures">;
}

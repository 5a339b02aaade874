import type { Bus, Unsubscribe } from "#bus/contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";

/** What services that listen have in common. It knows none of them. */
export abstract class BaseService {
  protected readonly bus: Bus<ShopEvents>;
  readonly #ends: Unsubscribe[] = [];

  constructor(bus: Bus<ShopEvents>) {
    this.bus = bus;
  }

  protected keep(...ends: Unsubscribe[]): void {
    this.#ends.push(...ends);
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}

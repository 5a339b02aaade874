import type { BusEvent } from "#bus/contract";
import { StreamBus } from "#bus/stream-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { loadStream } from "./engines.ts";
import { onErrorOf, type Surroundings, type Transport } from "./shop.ts";
import { type OpenBus, openThreeProcesses, urlOf } from "./three-processes.ts";

/** A shop over a stream of events, which is kept: who works goes on, who knows reads it all again. */
export function streamTransport(engine: "kafka" | "redis", about: string) {
  const transport: Transport = {
    ...{ name: engine, about, needs: engine },
    promises: { keepsMessages: true, remembers: true },
    open: (around) =>
      openThreeProcesses(around, `transports/${engine}-service.ts`, openBus),
    async forget(around) {
      await (await loadStream(engine)).removeStream(placeOf(around));
    },
  };
  return { ...transport, openBus };

  async function openBus(around: Surroundings, service: string): Promise<OpenBus> {
    const stream = await (await loadStream(engine)).openStream(placeOf(around));
    const onError = onErrorOf(around);
    const bus = new StreamBus<ShopEvents>(stream, { keyOf: orderOf, onError });
    return {
      bus,
      // What was sent is not sent again; orders and figures are what the events make of them.
      listen: () =>
        service === "notifications" ? bus.follow(service, "1") : bus.replay(),
      close: () => bus.close(),
    };
  }
}

function placeOf(around: Surroundings) {
  return { url: urlOf(around), name: around.name };
}

/** What happens to one order stays in its order. */
function orderOf({ data }: BusEvent): string {
  return String((data as ShopEvents["order.paid"]).orderId);
}

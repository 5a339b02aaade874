import type { Figures } from "#shop/analytics-service.ts";
import type { PlainSurroundings, Said, Service, Told } from "./service-process.ts";
import type { Surroundings } from "./shop.ts";

/** What a service answers to the process that started it. */
export interface RunningService {
  /** Where it listens, if it does. */
  url?: string;
  figures?: () => Figures;
  /** Finishes what is in hand. */
  close(): Promise<void>;
}

type Start = (around: Surroundings, service?: Service) => Promise<RunningService>;

/** Runs services in this process, as the one that started it asks, until that says so or ends. */
export async function runService(start: Start): Promise<void> {
  // Whoever started this process is gone, and with it the shop.
  process.once("disconnect", () => process.exit());
  const { service, ...around }: PlainSurroundings & { service?: Service } = JSON.parse(
    process.argv[2] ?? "{}",
  );
  try {
    const running = await start(
      {
        ...around,
        onSent: (message, pid) => say({ type: "sent", message, pid }),
        onGivenUp: (reason) => say({ type: "given up", reason }),
      },
      service,
    );
    process.on("message", (told: Told) => heed(told, running));
    say({ type: "ready", ...(running.url && { url: running.url }) });
  } catch (error) {
    say({ type: "failed", reason: error instanceof Error ? error.message : `${error}` });
    process.disconnect();
  }
}

async function heed(told: Told, { figures, close }: RunningService): Promise<void> {
  if (told === "figures" && figures) say({ type: "figures", figures: figures() });
  if (told !== "close") return;
  await close();
  process.disconnect();
}

function say(said: Said): void {
  // Whoever started it may be gone already, and the process ends.
  process.send?.(said, () => {});
}

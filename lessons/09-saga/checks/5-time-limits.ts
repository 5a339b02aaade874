import { anyDay } from "./any-day.ts";

anyDay(5, "limit", "pauses", "stored", "broken", "nonsense", "timer");

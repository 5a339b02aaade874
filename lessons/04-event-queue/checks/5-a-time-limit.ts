import { anyDay } from "./any-day.ts";

anyDay(5, "limit", "signal", "timers", "tooLate", "noLimit");

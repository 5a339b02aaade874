import { anyDay } from "./any-day.ts";

anyDay(7);

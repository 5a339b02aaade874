import { anyDay } from "./any-day.ts";

anyDay(3);

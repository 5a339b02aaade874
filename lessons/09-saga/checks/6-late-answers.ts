import { anyDay } from "./any-day.ts";

anyDay(6, "late", "lateFull", "lateError");

import { checkDays } from "#any-day";
import { RULES, timelineDays } from "./timeline-day.ts";

checkDays(8, Object.values(RULES), timelineDays);

import { checkDays } from "#any-day";
import { shopDays } from "./any-day.ts";
import { RULES } from "./day.ts";

checkDays(7, Object.values(RULES).slice(4), shopDays(7));

import { checkDays } from "#any-day";
import { shopDays } from "./any-day.ts";
import { RULES } from "./day.ts";

const { path, unsigned, body, type, tells, full, own, onError } = RULES;

checkDays(7, [path, unsigned, body, type, tells, full, own, onError], shopDays(7));

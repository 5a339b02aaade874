import type { CheckError } from "../checks/check-messages.ts";
import { say, wrap } from "./terminal.ts";

/** What ended a program of the course before its end. */
export function sayError({ refusal, name, message }: CheckError): void {
  say(wrap(`\nIt stopped here. ${refusal ?? `${name}: ${message}`}`));
}

// Loaded before a demonstration: an error that nobody catches goes to the workbook, which words it.
import { tell } from "./check-messages.ts";
import { describeError } from "./describe-error.ts";

process.on("disconnect", () => process.exit());
process.channel?.unref();

process.on("uncaughtException", async (error) => {
  await tell({ type: "crash", error: describeError(error) });
  process.exit(1);
});

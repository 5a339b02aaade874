import { anyQueueDay } from "./queue-day.ts";

// All that "step 2 · a take that waits" asks is seen on days.
anyQueueDay(2, "take", "handed", "ready");

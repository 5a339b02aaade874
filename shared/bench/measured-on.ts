import { cpus } from "node:os";

/** Where and when something was measured: figures without it mean nothing. */
export interface MeasuredOn {
  /** Such as `Node v20.20.2, linux, 2 × Intel Xeon`. */
  machine: string;
  /** As in 2026-11-22. */
  day: string;
}

export function measuredOn(): MeasuredOn {
  const processors = cpus();
  const processor = processors[0]?.model.trim() || process.arch;
  return {
    machine: `Node ${process.version}, ${process.platform}, ${processors.length} × ${processor}`,
    day: new Date().toISOString().slice(0, 10),
  };
}

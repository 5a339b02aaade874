// Where a thread begins. On Node 20 a thread cannot start with a .ts file, even under tsx: it does
// not know the extension. So it starts with this plain file, which brings tsx along.
import { parentPort, workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
const { handle } = await import(workerData.module);

parentPort.on("message", async (job) => {
  try {
    parentPort.postMessage({ failed: false, value: await handle(job) });
  } catch (error) {
    parentPort.postMessage({ failed: true, value: error });
  }
});

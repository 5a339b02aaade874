// npm run lesson: without a second process, as it is what one waits for most often.
import "./ready.mjs";

// From 22.18 on, Node strips types by itself.
if (!process.features.typescript) {
  const { register } = await import("tsx/esm/api");
  register();
}
await import("./lesson.ts");

// npm run lesson: without a second process, as it is what one waits for most often.
import "./ready.mjs";

const { register } = await import("tsx/esm/api");
register();
await import("./lesson.ts");

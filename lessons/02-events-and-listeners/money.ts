// Where copies from before `given/` look for it.
export * from "./given/money.ts";

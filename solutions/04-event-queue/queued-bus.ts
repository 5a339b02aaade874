// The answer is a bus like every other, and so lives among them.
export * from "#bus/queued-bus";

export function anyDay(_step: number): void {}

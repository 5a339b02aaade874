/**
 * Makes one call of many: what is asked for while a call is under way goes into the next one,
 * together. Each promise settles as the call does that its item was part of.
 */
export function together<Item>(
  call: (items: Item[]) => Promise<unknown>,
): (item: Item) => Promise<void> {
  let waiting: Item[] = [];
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  const begin = () => {
    const items = waiting;
    waiting = [];
    next = undefined;
    return call(items);
  };
  return (item) => {
    waiting.push(item);
    if (!next) {
      next = underWay.then(begin, begin).then(() => {});
      underWay = next;
    }
    return next;
  };
}

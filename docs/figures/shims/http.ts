/** What the lessons read of `node:http`: they serve nothing in a page. */
export const STATUS_CODES: Record<number, string> = {};

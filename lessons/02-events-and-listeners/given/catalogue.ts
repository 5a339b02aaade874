// #region catalogue
/**
 * The catalogue: every event of this shop, by name, with what it carries. Names are facts in the
 * past tense. An event carries all that its listeners need, because they have nobody to ask.
 */
export interface ShopEvents {
  "user.registered": UserRegistered;
  "user.deleted": UserDeleted;
  "order.created": OrderCreated;
}

/** Somebody has opened an account. */
export interface UserRegistered {
  readonly userId: number;
  readonly name: string;
  readonly email: string;
}

/** An account is gone, and with it all that the shop knew of the user. */
export interface UserDeleted {
  readonly userId: number;
  readonly name: string;
  /** The last chance to learn it: after this event, nobody can look it up. */
  readonly email: string;
}

/** A user has ordered something. */
export interface OrderCreated {
  readonly orderId: number;
  readonly userId: number;
  readonly email: string;
  /** What the order costs, in kopiykas (100 to the hryvnia), a whole number. */
  readonly total: number;
}
// #endregion

/** How messages leave the shop: perhaps by methods of a class, which a spread does not copy. */
export interface Senders {
  /**
   * May return a `Promise`, or what means nothing, but no other object with a `then`. It fails
   * when it throws, or when the promise rejects.
   */
  readonly sendEmail: (email: Email) => unknown;
  /** As with `sendEmail`. */
  readonly sendSms: (sms: Sms) => unknown;
}

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Sms {
  /** A phone number in the international form. */
  readonly to: string;
  readonly text: string;
}

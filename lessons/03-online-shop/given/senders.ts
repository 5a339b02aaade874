/** How messages leave the shop. */
export interface Senders {
  /** May be async, and may fail. */
  sendEmail(email: Email): unknown;
  /** May be async, and may fail. */
  sendSms(sms: Sms): unknown;
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

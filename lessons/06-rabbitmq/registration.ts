/** What `user.registered` tells. */
export interface Registration {
  userId: string;
  name: string;
  email: string;
}

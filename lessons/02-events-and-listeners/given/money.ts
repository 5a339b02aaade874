/**
 * An amount as people read it: `12550` kopiykas are `"125.50 UAH"`.
 *
 * @param amount in kopiykas, a whole number
 */
export function formatMoney(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  const sign = amount < 0 ? "-" : "";
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)} UAH`;
}

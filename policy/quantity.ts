/** Kubernetes quantities as numbers, to add and compare. */

/** Suffixes of the API's `resource.Quantity`. */
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Digits with or without a fraction; then a suffix, or a power of ten. */
const form = /^(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+)|([a-zA-Z]*))$/;

/** `500m` -> 0.5, `2Gi` -> 2147483648, `1e3` -> 1000. @throws where the text is not a quantity. */
export function quantity(text: string): number {
  const [, digits, exponent, suffix] = form.exec(text) ?? [];
  const factor = exponent === undefined ? factors[suffix ?? ""] : 10 ** Number(exponent);
  if (digits === undefined || factor === undefined) {
    throw new Error(`"${text}" is not a quantity such as 500m, 2 or 4Gi`);
  }
  return Number(digits) * factor;
}

/** Whether an amount is within a limit. Sums of thousandths are not exact: three times 100m is not quite 300m. */
export function within(amount: number, limit: number): boolean {
  return amount <= limit * (1 + 1e-9);
}

/**
 * Kubernetes quantities in their canonical form. The API server stores `0.5` as `500m` and `1024Mi` as `1Gi`; a diff
 * against what the program wrote would otherwise never end.
 */

const form = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const decimalSuffixes = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 } as const;
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;

/** Nothing is kept below a billionth. */
const scale = 9;

/** The canonical form; undefined where the value is not a quantity. */
export function canonicalQuantity(value: string | number): string | undefined {
  const match = form.exec(String(value));
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const negative = sign === "-" ? "-" : "";

  const binary = binarySuffixes.indexOf(suffix as (typeof binarySuffixes)[number]);
  const isBinary = binary > 0;
  const isExponent = /^[eE][+-]?\d/.test(suffix);
  const exponent = isExponent
    ? Number(suffix.slice(1))
    : isBinary
      ? 0
      : (decimalSuffixes[suffix as keyof typeof decimalSuffixes] satisfies number);
  const factor = isBinary ? 1024n ** BigInt(binary) : 1n;

  const billionths = scaled(BigInt(whole + fraction || "0") * factor, exponent - fraction.length + scale);
  if (billionths === 0n) return "0";
  const unit = 10n ** BigInt(scale);
  // Binary suffixes are for whole numbers from 1024 up; anything else is written with decimal ones.
  if (isBinary && billionths % unit === 0n && billionths / unit >= 1024n) {
    return negative + binaryForm(billionths / unit);
  }
  return negative + decimalForm(billionths, isExponent);
}

/** `digits` × 10^`exponent`, rounded up. */
function scaled(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (digits + divisor - 1n) / divisor;
}

function binaryForm(number: bigint): string {
  let step = 0;
  let rest = number;
  while (step < binarySuffixes.length - 1 && rest % 1024n === 0n) {
    rest /= 1024n;
    step += 1;
  }
  return `${rest}${binarySuffixes[step] ?? ""}`;
}

function decimalForm(billionths: bigint, asExponent: boolean): string {
  let exponent = -scale;
  let rest = billionths;
  while (rest % 1000n === 0n && exponent < 18) {
    rest /= 1000n;
    exponent += 3;
  }
  if (asExponent) return exponent === 0 ? String(rest) : `${rest}e${exponent}`;
  const suffix = Object.entries(decimalSuffixes).find(([, power]) => power === exponent)?.[0] ?? "";
  return `${rest}${suffix}`;
}

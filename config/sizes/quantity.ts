/** Amounts of Kubernetes quantities. */
// The package's root does not export its reader of quantities; this file of it loads nothing else.
import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";

/**
 * The amount of a quantity in its base unit: cores, bytes or a count.
 *
 * @throws Error for text that is not a quantity.
 */
export function amountOf(quantity: string): number {
  return Number(quantityToScalar(quantity));
}

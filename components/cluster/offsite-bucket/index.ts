/** The off-site bucket. Loads AWS's SDK: import it only where there is such a bucket. */
export { OffsiteBucket } from "./offsite-bucket.ts";

/** How users reach a Service from outside, through the ingress gateway. */

export interface RouteSpec {
  readonly name: string;
  /** Fully qualified host. */
  readonly host: string;
  readonly rules: readonly RouteRule[];
}

export interface RouteRule {
  /** Path prefix, `/` for all. */
  readonly prefix: string;
  /** What the prefix is rewritten to before the service sees it; left out: unchanged. */
  readonly rewrite?: string;
  readonly service: string;
  readonly port: number;
  /** Whole-request time-out in seconds. */
  readonly timeoutSeconds: number;
}

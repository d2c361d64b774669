/** How users reach a Service from outside, through the ingress gateway. */

export interface RouteSpec {
  readonly name: string;
  /** Fully qualified host. */
  readonly host: string;
  readonly rules: readonly RouteRule[];
  /** Who may come in, and how much; left out: anyone, at any rate. */
  readonly access?: RouteAccess;
}

export interface RouteAccess {
  /** A login in front of a tool that has none of its own (oauth2-proxy). */
  readonly login?: boolean;
  /** Client addresses that are let in; left out: all. */
  readonly allowCidrs?: readonly string[];
  /** Of the whole host; the component divides it by the gateway's least replicas. */
  readonly rateLimit?: { readonly requestsPerSecond: number; readonly burst?: number };
  /** Largest request body, as a quantity (`10Mi`). */
  readonly maxBody?: string;
  readonly cors?: {
    readonly origins: readonly string[];
    readonly methods: readonly string[];
    readonly headers: readonly string[];
    readonly maxAgeSeconds: number;
  };
}

export interface RouteRule {
  /** Path prefix, `/` for all. */
  readonly prefix: string;
  /** What the prefix is rewritten to before the service sees it; left out: unchanged. */
  readonly rewrite?: string;
  readonly service: string;
  /** Namespace of the service, where it is not the application's. */
  readonly namespace?: string;
  readonly port: number;
  /** Whole-request time-out in seconds. */
  readonly timeoutSeconds: number;
  readonly retries?: { readonly attempts: number; readonly perTryTimeoutSeconds: number };
}

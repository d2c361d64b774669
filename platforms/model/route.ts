/** How users reach a Service from outside, through the ingress gateway. */
import { amountOf } from "../../config/sizes/quantity.ts";

export interface RouteSpec {
  readonly name: string;
  /** Fully qualified host. Belongs to one route of the whole stack. */
  readonly host: string;
  readonly rules: readonly RouteRule[];
  /** Who may come in, and how much; left out: anyone, at any rate. */
  readonly access?: RouteAccess;
}

export interface RouteAccess {
  /** A login in front of a tool that has none of its own (oauth2-proxy). */
  readonly login?: boolean;
  /** Prefixes of rules that the login is not asked for, on a host that tools share with what has no need of it. */
  readonly openPrefixes?: readonly string[];
  /** Client addresses that are let in; left out: all. */
  readonly allowCidrs?: readonly string[];
  /** HTTP methods that are let in; left out: all. */
  readonly methods?: readonly ("GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE")[];
  /** Of the whole host; the component divides it by the gateway's least replicas. */
  readonly rateLimit?: { readonly requestsPerSecond: number; readonly burst?: number };
  /** Largest request body, as a quantity (`10Mi`). The gateway holds a body in memory until it is whole: 64Mi at most. */
  readonly maxBody?: string;
  readonly cors?: {
    /** Exact origins (`https://app.example.com`), or `*` alone. */
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
  /** Whether the service itself speaks TLS there, with a certificate of its own that nobody vouches for. */
  readonly tls?: boolean;
  /** Shares of the calls, in percent (together 100), of the service of this name in several namespaces; left out: one takes all. */
  readonly weights?: readonly { readonly namespace: string; readonly weight: number }[];
  /** Whole-request time-out in seconds. */
  readonly timeoutSeconds: number;
  /**
   * Only where a request may be carried out twice: a try that failed or timed out may have had its effect. Left out:
   * the mesh's own, which repeats what never reached the service.
   */
  readonly retries?: { readonly attempts: number; readonly perTryTimeoutSeconds: number };
}

/** What a route must know of the ingress gateway. */
export interface GatewaySpec {
  /** The fewest replicas it runs with: each counts the requests that it sees itself. */
  readonly minReplicas: number;
}

/** The bytes of a quantity: `10Mi` -> 10485760. @throws where the text is not a quantity. */
export function bytesOf(quantity: string): number {
  return amountOf(quantity);
}

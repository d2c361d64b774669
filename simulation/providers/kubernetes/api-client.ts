/** HTTP to one API server. */
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Tree } from "../plugin/values.ts";
import { ApiError, Unreachable } from "./api-error.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import type { KubeObject } from "./object.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `application/json` where it is not given. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Requests at a time. The engine runs 16 operations on 4 cores; 50 leaves room for what each of them reads. */
const maxSockets = 50;

/** How often a busy API server is asked again, after the second that it names each time. */
const maxRetries = 60;

/** How often a question is asked again whose connection broke, a second apart. As client-go, which asks ten times. */
const maxBroken = 10;

export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #agent: http.Agent;
  readonly #watchAgent: http.Agent;
  readonly #limit: RateLimit;
  readonly #timeoutMs: number;
  readonly #send: typeof http.request;

  /** @param timeoutMs for one request, in milliseconds; watches have none. */
  constructor(access: ClusterAccess, limit: RateLimit, timeoutMs: number) {
    const secure = access.server.protocol === "https:";
    const Agent = secure ? https.Agent : http.Agent;
    this.#access = access;
    this.#limit = limit;
    this.#timeoutMs = timeoutMs;
    this.#send = secure ? https.request : http.request;
    this.#agent = new Agent({ keepAlive: true, maxSockets, scheduling: "lifo" });
    // Watches stay open: counted among the sockets above they could leave none for requests.
    this.#watchAgent = new Agent({ keepAlive: false });
  }

  get server(): string {
    return this.#access.server.origin;
  }

  /**
   * One request, and the object that answers it. A busy server is asked again after the time that it names.
   *
   * @throws {ApiError} on an answer from 400 up, {@link Unreachable} without an answer.
   */
  async request(request: ApiRequest): Promise<KubeObject> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#limit.take(request.signal);
      const answer = await this.#answer(request, attempt <= maxBroken);
      if (answer !== undefined) {
        const { code, content } = answer;
        if (code < 400) return JSON.parse(content) as KubeObject;
        if (!(answer.wait > 0) || attempt > maxRetries || (code !== 429 && code < 500))
          throw apiError(code, content);
      }
      const seconds = answer?.wait ?? 1;
      await sleep(seconds * 1000, undefined, request.signal === undefined ? {} : { signal: request.signal });
    }
  }

  /** @returns nothing where the connection broke and the request may be sent again. */
  async #answer(
    request: ApiRequest,
    mayBreak: boolean,
  ): Promise<{ readonly code: number; readonly content: string; readonly wait: number } | undefined> {
    try {
      const response = await this.#open(request, this.#agent, this.#timeoutMs);
      const content = await this.#content(response);
      const wait = Number(response.headers["retry-after"]);
      return { code: response.statusCode ?? 0, content, wait };
    } catch (error) {
      const again = mayBreak && request.method === "GET" && error instanceof Unreachable && error.isBroken;
      if (again) return undefined;
      throw error;
    }
  }

  /** The lines of a watch, until the server or the signal ends it. Throws as {@link request} does. */
  async *stream(request: ApiRequest): AsyncGenerator<Tree> {
    const response = await this.#open(request, this.#watchAgent, 0);
    const code = response.statusCode ?? 0;
    if (code >= 400) throw apiError(code, await this.#content(response));
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield JSON.parse(line) as Tree;
    }
  }

  #open(request: ApiRequest, agent: http.Agent, timeoutMs: number): Promise<http.IncomingMessage> {
    const { server, tls, authorization } = this.#access;
    const url = new URL(server.pathname.replace(/\/$/, "") + request.path, server);
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: https.RequestOptions = {
      ...tls,
      agent,
      method: request.method,
      headers: {
        Accept: "application/json",
        "User-Agent": "quint-kubernetes-stand-in",
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(body === undefined
          ? {}
          : {
              "Content-Type": request.contentType ?? "application/json",
              "Content-Length": Buffer.byteLength(body),
            }),
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = this.#send(url, options, resolve);
      if (timeoutMs > 0) {
        outgoing.setTimeout(timeoutMs, () => {
          outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
        });
      }
      outgoing.on("error", (error) => {
        // The server closes idle connections; a request that met such a one was not seen by it. A second POST could
        // meet the first one's object, so only requests that may be repeated are.
        const stale = outgoing.reusedSocket && "code" in error && error.code === "ECONNRESET";
        if (stale && request.method !== "POST") resolve(this.#open(request, agent, timeoutMs));
        else reject(request.signal?.aborted === true ? error : new Unreachable(server.origin, error));
      });
      outgoing.end(body);
    });
  }

  async #content(response: http.IncomingMessage): Promise<string> {
    try {
      let content = "";
      response.setEncoding("utf8");
      for await (const chunk of response as AsyncIterable<string>) content += chunk;
      return content;
    } catch (error) {
      throw new Unreachable(this.server, error);
    }
  }
}

function apiError(code: number, content: string): ApiError {
  let status: Tree | undefined;
  try {
    status = JSON.parse(content) as Tree;
  } catch {
    // A proxy or the server's own mux answers in plain text.
  }
  return new ApiError(code, status, `HTTP ${code}: ${content.trim().slice(0, 500)}`);
}

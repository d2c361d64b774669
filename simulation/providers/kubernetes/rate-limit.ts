/** The setting `kubeClientSettings`: how fast requests may follow each other. */
import { setTimeout as sleep } from "node:timers/promises";

/** A bucket of `burst` tokens that fills with `qps` tokens a second. */
export class RateLimit {
  readonly #qps: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  /** @param qps requests a second; infinite for no limit, which is right for a server on the same machine. */
  constructor(qps: number, burst: number) {
    this.#qps = qps;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = performance.now();
  }

  /** Waits for a token. Rejects when the signal is aborted. */
  async take(signal?: AbortSignal): Promise<void> {
    if (!Number.isFinite(this.#qps)) return;
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#qps);
    this.#filledAt = now;
    // Going below zero keeps the order: who comes later waits longer.
    this.#tokens -= 1;
    if (this.#tokens >= 0) return;
    await sleep((-this.#tokens / this.#qps) * 1000, undefined, signal === undefined ? {} : { signal });
  }
}

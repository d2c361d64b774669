/** A case of a rule: production's objects with one thing changed, and what the rule must say of it. */
import assert from "node:assert/strict";
import type { Context } from "../../../../policy/index.ts";
import { at, named, put, type Draft } from "../../../support/objects.ts";

export interface Case {
  /** What is wrong, in words. */
  readonly when: string;
  readonly change: (objects: Draft[]) => void;
  /** `Kind namespace/name reason`; nothing where the rule must let it pass. */
  readonly says: readonly string[];
  /** Production where it is left out. */
  readonly environment?: Context["environment"];
}

/** The cases of some rules, by the name of the rule. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

export const pod = "spec.template.spec";
export const container = `${pod}.containers.0`;
/** How messages name the API's Deployment. */
export const api = "Deployment cancer-mlops/api";
/** Labels of the API's pods. */
export const apiLabels = { "app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "cancer" };

/** Puts a value at a path of an object. */
export function setting(kind: string, name: string, path: string, value: unknown) {
  return (objects: Draft[]) => {
    put(named(objects, kind, name), path, value);
  };
}

/** Puts a value at a path of the API's Deployment. */
export const apiWith = (path: string, value: unknown) => setting("Deployment", "api", path, value);

export function without(kind: string, name: string) {
  return (objects: Draft[]) => {
    objects.splice(objects.indexOf(named(objects, kind, name)), 1);
  };
}

/** A copy of an object under another name, changed. */
export function copying(
  kind: string,
  name: string,
  copyName: string,
  change: (copy: Draft) => void = () => undefined,
) {
  return (objects: Draft[]) => {
    const copy = structuredClone(named(objects, kind, name));
    copy.metadata.name = copyName;
    change(copy);
    objects.push(copy);
  };
}

/** Adds an item to a list of an object. */
export function adding(kind: string, name: string, path: string, item: unknown) {
  return (objects: Draft[]) => {
    const list = at(named(objects, kind, name), path);
    assert.ok(Array.isArray(list), path);
    list.push(item);
  };
}

/** Adds a Job whose pod says only what it must. */
export function bare(objects: Draft[]) {
  objects.push({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "bare", namespace: "cancer-mlops" },
    spec: { template: { spec: { containers: [{ name: "bare", image: "bare:1.0" }] } } },
  });
}

/** A PeerAuthentication of the API as `expose: direct` makes one; production has none. */
export const openPort = (
  mode: string,
  ofPort: string,
  matchLabels: Record<string, string> = apiLabels,
): Draft => ({
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: { name: "api", namespace: "cancer-mlops", labels: { "app.kubernetes.io/managed-by": "quint" } },
  spec: { selector: { matchLabels }, mtls: { mode }, portLevelMtls: { "8000": { mode: ofPort } } },
});

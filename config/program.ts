/** Settings inside the Pulumi program. */
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "./parse.ts";
import { outline } from "./schema/outline.ts";
import type { Settings } from "./settings.ts";
import { ownKeys } from "./stackfile.ts";
import { isMapping } from "./values.ts";

/**
 * Reads the stack's settings from the engine. Call it before any resource is made.
 *
 * @throws SettingsError with every problem; the engine then shows its message and nothing else.
 */
export function loadSettings(): Settings {
  const stack = pulumi.getStack();
  const values = Object.entries(ownKeys(pulumi.runtime.allConfig())).map(([key, text]) => [
    key,
    isSecret(key) ? { secure: "" } : decoded(key, text),
  ]);
  return parseSettings({
    stack,
    values: Object.fromEntries(values) as Record<string, unknown>,
    source: `the stack ${stack}`,
  });
}

/** The engine hands every value over as text; what the schema wants otherwise is JSON. */
function decoded(key: string, text: unknown): unknown {
  const node = outline.properties?.[key];
  if (typeof text !== "string" || !isMapping(node) || node.type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what is wrong with text in this place.
    return text;
  }
}

/** Whether the engine decrypted the value. The SDK knows and does not declare it. */
function isSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as { readonly isConfigSecret?: (key: string) => boolean };
  return isConfigSecret?.(`quint:${key}`) ?? false;
}

/** The stand-in for the random provider. */
import type { EngineLog } from "../plugin/engine-log.ts";
import type { Provider } from "../plugin/protocol.ts";
import { urnType } from "../plugin/urn.ts";
import { hasSecret, revealed, secret, type TreeMap, unknown, type ValueMap } from "../plugin/values.ts";
import { checkInputs, diffInputs } from "./inputs.ts";
import type { RandomResource } from "./resource.ts";
import { randomResource } from "./resources.ts";

/** @param version of the npm package that the plugin stands in for. */
export function randomProvider(version: string, log: EngineLog): Provider {
  const resourceOf = (urn: string) => randomResource(urnType(urn));
  return {
    version,
    checkConfig: ({ news }) => Promise.resolve({ inputs: news, failures: [] }),
    diffConfig: () => Promise.resolve({ changes: false, replaces: [], deleteBeforeReplace: false }),
    configure: () => {
      log.log("info", "random: a stand-in for the official provider plugin is in use");
      return Promise.resolve();
    },
    check: async ({ urn, news }) => {
      const { inputs, failures } = checkInputs(await Promise.resolve(resourceOf(urn)), revealed(news));
      return { inputs: wrapped(inputs, news), failures };
    },
    diff: async ({ urn, olds, news }) => {
      return await Promise.resolve(diffInputs(resourceOf(urn), revealed(olds), revealed(news)));
    },
    create: async ({ urn, properties, preview }) => {
      const resource = await Promise.resolve(resourceOf(urn));
      if (preview) {
        const outputs = Object.fromEntries(resource.outputs.map((key) => [key, unknown]));
        return { id: "", properties: stateOf(resource, properties, outputs) };
      }
      const { id, outputs } = resource.make(resource.complete(revealed(properties)));
      return { id, properties: stateOf(resource, properties, outputs) };
    },
    read: async ({ id, urn, properties, inputs }) => {
      // What was drawn cannot change by itself.
      if (Object.keys(properties).length > 0) return { id, properties, inputs };
      const resource = await Promise.resolve(resourceOf(urn));
      if (resource.adopt === undefined) throw new Error(`${urnType(urn)} cannot be imported`);
      const adopted = resource.adopt(id);
      return {
        id: adopted.id,
        inputs: adopted.inputs,
        properties: stateOf(resource, adopted.inputs, adopted.outputs),
      };
    },
    update: async ({ urn, olds, news }) => {
      // Only inputs that draw nothing anew come here: keepers that lost an empty value.
      const resource = await Promise.resolve(resourceOf(urn));
      const kept = Object.fromEntries(resource.outputs.map((key) => [key, revealed(olds[key] ?? null)]));
      return stateOf(resource, news, kept);
    },
    delete: () => Promise.resolve(),
    cancel: () => undefined,
  };
}

/** Complete inputs and outputs; secret are those that always are, and all outputs where an input is. */
function stateOf(resource: RandomResource, inputs: ValueMap, outputs: TreeMap): ValueMap {
  // Keepers decide when to draw, not what.
  const isTainted = Object.entries(inputs).some(([key, value]) => key !== "keepers" && hasSecret(value));
  const state: ValueMap = wrapped(resource.complete(revealed(inputs)), inputs);
  for (const [key, value] of Object.entries(outputs)) {
    state[key] = isTainted || resource.secrets.includes(key) ? secret(value) : value;
  }
  if (resource.schemaVersion > 0)
    state.__meta = JSON.stringify({ schema_version: String(resource.schemaVersion) });
  return state;
}

/** The values, secret wherever those that they came from were. */
function wrapped(values: TreeMap, from: ValueMap): ValueMap {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, hasSecret(from[key] ?? null) ? secret(value) : value]),
  );
}

/**
 * The three functions of decorator metadata that @peculiar/x509 asks for at import, through its container tsyringe.
 * Its algorithms register themselves without decorators, so an empty store is enough (and `reflect-metadata`, if
 * somebody loaded it before, is left alone).
 */
const store = new WeakMap<object, Map<unknown, unknown>>();

const metadata = {
  getMetadata: (key: unknown, target: object): unknown => store.get(target)?.get(key),
  getOwnMetadata: (key: unknown, target: object): unknown => store.get(target)?.get(key),
  defineMetadata: (key: unknown, value: unknown, target: object): void => {
    store.set(target, (store.get(target) ?? new Map<unknown, unknown>()).set(key, value));
  },
};

if (!("getMetadata" in Reflect)) Object.assign(Reflect, metadata);

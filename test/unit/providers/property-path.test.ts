import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, formatPath, parsePath } from "../../../simulation/providers/plugin/property-path.ts";

describe("property paths", () => {
  it("read what they write", () => {
    const step = fc.oneof(
      fc.nat(100),
      fc.string({ minLength: 1 }).filter((key) => key !== "*" && !key.includes("\\")),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (path) => {
        assert.deepEqual(parsePath(formatPath(path)), path);
      }),
    );
  });

  it("are read in the engine's spellings", () => {
    assert.deepEqual(parsePath("spec.http[0].route[*].weight"), ["spec", "http", 0, "route", "*", "weight"]);
    assert.deepEqual(parsePath('metadata.annotations["a.b/c"]'), ["metadata", "annotations", "a.b/c"]);
    assert.deepEqual(parsePath('["quoted"].x'), ["quoted", "x"]);
  });

  it("contain what lies below them", () => {
    const pattern = parsePath("spec.http[*].route");
    assert.equal(contains(pattern, parsePath("spec.http[3].route[0].weight")), true);
    assert.equal(contains(pattern, parsePath("spec.http[3]")), false);
    assert.equal(contains(pattern, parsePath("spec.tcp[3].route")), false);
  });

  it("refuse what is no path", () => {
    assert.throws(() => parsePath("a[b"), /"a\[b" is not a property path: cannot read "\[b"/);
  });
});

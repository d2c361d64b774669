/** Kubernetes quantities as numbers. */
import assert from "node:assert/strict";
import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";
import fc from "fast-check";
import { quantity, within } from "../../../policy/quantity.ts";

/** Factors of the suffixes, as `resource.Quantity` of the Kubernetes API documents them. */
const decimal = { k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 } as const;
const binary = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 } as const;
const suffixes = ["", "n", "u", "m", ...Object.keys(decimal), ...Object.keys(binary)];

const amount = fc.integer({ min: 0, max: 1_000_000 });

/** Whether two amounts are the same but for the last digits of a floating point number. */
const close = (one: number, other: number) => Math.abs(one - other) <= 1e-12 * Math.max(one, other);

describe("quantity", () => {
  it("reads the figures of the seeds", () => {
    const figures = {
      "500m": 0.5,
      "2000m": 2,
      "0.25": 0.25,
      "4": 4,
      "512Mi": 512 * 1024 * 1024,
      "2Gi": 2 * 1024 * 1024 * 1024,
      "1e3": 1000,
      "2.5E2": 250,
      "1E": 1e18,
      "5.": 5,
      ".5Gi": 512 * 1024 * 1024,
    };
    for (const [text, expected] of Object.entries(figures)) {
      assert.equal(quantity(text), expected, text);
    }
  });

  it("multiplies by a power of ten for each decimal suffix", () => {
    fc.assert(
      fc.property(amount, fc.constantFrom(...Object.entries(decimal)), (digits, [suffix, power]) => {
        assert.equal(quantity(`${digits}${suffix}`), Number(BigInt(digits) * 10n ** BigInt(power)));
      }),
    );
  });

  it("multiplies by a power of two for each binary suffix", () => {
    fc.assert(
      fc.property(amount, fc.constantFrom(...Object.entries(binary)), (digits, [suffix, power]) => {
        assert.equal(quantity(`${digits}${suffix}`), digits * 2 ** power);
      }),
    );
  });

  it("divides for the small suffixes", () => {
    fc.assert(
      fc.property(amount, (digits) => {
        assert.ok(close(quantity(`${digits}m`), digits / 1e3));
        assert.ok(close(quantity(`${digits}u`), digits / 1e6));
        assert.ok(close(quantity(`${digits}n`), digits / 1e9));
      }),
    );
  });

  it("reads what the Kubernetes client reads, as the client does", () => {
    fc.assert(
      fc.property(amount, fc.constantFrom(...suffixes), (digits, suffix) => {
        const text = `${digits}${suffix}`;
        assert.ok(close(quantity(text), Number(quantityToScalar(text))), text);
      }),
    );
  });

  it("reads fractions", () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 999 }), (whole, thousandths) => {
        const text = `${whole}.${String(thousandths).padStart(3, "0")}`;
        assert.ok(close(quantity(text), quantity(`${whole * 1000 + thousandths}m`)), text);
        assert.ok(close(quantity(`${text}Gi`), quantity(text) * 2 ** 30), text);
      }),
    );
  });

  it("keeps the order of amounts", () => {
    fc.assert(
      fc.property(amount, amount, fc.constantFrom(...suffixes), (one, other, suffix) => {
        const difference = quantity(`${one}${suffix}`) - quantity(`${other}${suffix}`);
        assert.equal(Math.sign(difference), Math.sign(one - other));
      }),
    );
  });

  it("refuses what is not a quantity, and says what one is", () => {
    const grammar = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
    const other = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "",
        " 1",
        "1 ",
        "-1",
        "+1",
        "1Kib",
        "1ki",
        "1K",
        "1,5",
        "Gi",
        "m",
        "e3",
        "1.2.3",
        "0x10",
        "١",
      ),
      fc.tuple(amount, fc.string({ minLength: 1, maxLength: 3 })).map(([digits, text]) => `${digits}${text}`),
    );
    fc.assert(
      fc.property(
        other.filter((text) => !grammar.test(text)),
        (text) => {
          assert.throws(() => quantity(text), {
            message: `"${text}" is not a quantity such as 500m, 2 or 4Gi`,
          });
        },
      ),
    );
  });
});

describe("within", () => {
  it("takes sums of parts that are exactly the limit, however they are rounded", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5000 }), (pods, millis) => {
        const sum = Array.from({ length: pods }, () => quantity(`${millis}m`)).reduce((a, b) => a + b, 0);
        assert.ok(within(sum, quantity(`${pods * millis}m`)));
        assert.ok(within(pods * quantity(`${millis}m`), quantity(`${pods * millis}m`)));
      }),
    );
  });

  it("does not take a thousandth of a CPU, or a byte of half a GiB, too much", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000 }), (millis) => {
        assert.ok(!within(quantity(`${millis + 1}m`), quantity(`${millis}m`)));
      }),
    );
    assert.ok(!within(2 ** 29 + 1, 2 ** 29));
  });
});

/** Recording a program without engine, cluster or cloud: what it keeps, and what it refuses to lose. */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { record, type Recording } from "../../../automation/render/record.ts";

const configMap = (
  name: string,
  data: Record<string, pulumi.Input<string>> = {},
  opts?: pulumi.ResourceOptions,
) => new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "lab" }, data }, opts);

function recordOf(program: () => unknown, config: Record<string, string> = {}): Promise<Recording> {
  return record({
    stack: "test",
    config,
    program: async () => {
      await program();
      return {};
    },
  });
}

const namesOf = ({ registrations }: Recording) => registrations.map(({ name }) => name).sort();

/** Something that is not known before a deployment, asked of a provider. */
const ask = () => pulumi.runtime.invoke("cloud:index:question", {});

class Part extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("lab:index:Part", name, {}, opts);
  }
}

describe("record", () => {
  it("keeps type, name, inputs, and the components above", async () => {
    const { registrations } = await recordOf(() => {
      const inner = new Part("inner", { parent: new Part("outer") });
      configMap("settings", { level: "info" }, { parent: inner });
    });
    assert.deepEqual(registrations.at(-1), {
      type: "kubernetes:core/v1:ConfigMap",
      name: "settings",
      parents: ["lab:index:Part::outer", "lab:index:Part::inner"],
      custom: true,
      inputs: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "settings", namespace: "lab" },
        data: { level: "info" },
      },
      ignoreChanges: [],
      protect: false,
    });
    assert.deepEqual(
      registrations.map(({ name, custom }) => [name, custom]),
      [
        ["outer", false],
        ["inner", false],
        ["settings", true],
      ],
    );
  });

  it("keeps what must not change or go", async () => {
    const { registrations } = await recordOf(() => {
      configMap("kept", {}, { protect: true });
      new k8s.core.v1.ConfigMap("partly", { metadata: { name: "partly" } }, { ignoreChanges: ["data"] });
    });
    const options = registrations.map(({ name, protect, ignoreChanges }) => [name, protect, ignoreChanges]);
    assert.deepEqual(options.sort(), [
      ["kept", true, []],
      ["partly", false, ["data"]],
    ]);
  });

  it("keeps the outputs of the program, resolved", async () => {
    const { outputs } = await record({
      stack: "test",
      config: {},
      program: () => Promise.resolve({ plain: 1, name: configMap("settings").metadata.name }),
    });
    assert.deepEqual(outputs, { plain: 1, name: "settings" });
  });

  it("gives the program its stack and its configuration", async () => {
    const seen: unknown[] = [];
    await recordOf(
      () => seen.push(pulumi.getStack(), pulumi.getProject(), new pulumi.Config("lab").get("level")),
      { "lab:level": "debug" },
    );
    assert.deepEqual(seen, ["test", "quint", "debug"]);
  });

  it("forgets the configuration of the one before", async () => {
    const seen: unknown[] = [];
    await recordOf(() => undefined, { "lab:level": "debug" });
    await recordOf(() => seen.push(new pulumi.Config("lab").get("level")));
    assert.deepEqual(seen, [undefined]);
  });

  it("waits for inputs that take their time", async () => {
    const later = new Promise<string>((resolve) => setTimeout(resolve, 50, "at last"));
    const { registrations } = await recordOf(() => configMap("slow", { text: later }));
    assert.deepEqual(registrations[0]?.inputs.data, { text: "at last" });
  });

  it("looks for gaps in Kubernetes objects only: what clouds leave out is theirs to fill", async () => {
    class Network extends pulumi.CustomResource {
      constructor(name: string) {
        super("cloud:index:Network", name, { options: { size: undefined } });
      }
    }
    const { registrations } = await recordOf(() => new Network("net"));
    assert.deepEqual(registrations[0]?.inputs, { options: {} });
  });

  it("records what an output leads to", async () => {
    const recording = await recordOf(() => {
      const first = configMap("first");
      configMap("second", { after: first.metadata.name });
    });
    assert.deepEqual(namesOf(recording), ["first", "second"]);
    assert.deepEqual(recording.registrations.find(({ name }) => name === "second")?.inputs.data, {
      after: "first",
    });
  });

  describe("refuses", () => {
    const question = {
      message: "the program asks a provider (cloud:index:question); rendering runs without providers",
    };

    it("a question to a provider that the program waits for", async () => {
      await assert.rejects(recordOf(ask), question);
    });

    it("a question whose answer goes into an object", async () => {
      const program = () => configMap("answer", { text: pulumi.output(ask()).apply(String) });
      await assert.rejects(recordOf(program), question);
    });

    it("a question that nobody waits for", async () => {
      const program = () => {
        ask().catch(() => undefined);
      };
      await assert.rejects(recordOf(program), question);
    });

    it("to read an object of a cluster", async () => {
      await assert.rejects(
        recordOf(() => k8s.core.v1.ConfigMap.get("there", "lab/there")),
        {
          message:
            'the program reads kubernetes:core/v1:ConfigMap "there" from a cluster; rendering runs without one',
        },
      );
    });

    it("two resources of one type and name, which the engine would refuse in the middle of a deployment", async () => {
      const program = () => [configMap("twice"), configMap("twice")];
      await assert.rejects(recordOf(program), {
        message: 'two resources have the type kubernetes:core/v1:ConfigMap and the name "twice"',
      });
    });

    it("to lose an object whose inputs fail, and says which and why", async () => {
      const fails = () => {
        throw new Error("no such model");
      };
      const program = () => [configMap("lost", { text: pulumi.output("x").apply(fails) }), configMap("kept")];
      await assert.rejects(recordOf(program), {
        message:
          'kubernetes:core/v1:ConfigMap::lost could not be registered: error serializing property "data": no such model',
      });
    });

    it("to lose several, and names them all", async () => {
      const program = () => {
        const lost = configMap("lost", {
          text: pulumi.output("x").apply(() => Promise.reject(new Error("no"))),
        });
        configMap("after", { text: lost.data.apply((data) => data.text ?? "") });
        configMap("kept");
      };
      await assert.rejects(recordOf(program), {
        message:
          "kubernetes:core/v1:ConfigMap::lost, kubernetes:core/v1:ConfigMap::after could not be registered: " +
          'error serializing property "data": no',
      });
    });

    it("to lose an object, also for a reason that is no Error", async () => {
      const program = () =>
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        configMap("lost", { text: Promise.reject({ status: 404 }) });
      await assert.rejects(recordOf(program), /ConfigMap::lost could not be registered/);
    });

    it("to lose an object whose inputs are rejected", async () => {
      const program = () => configMap("lost", { text: Promise.reject(new Error("no such file")) });
      await assert.rejects(recordOf(program), /ConfigMap::lost could not be registered: .*no such file/);
    });

    const undefinedFields: Record<string, [() => unknown, string]> = {
      "in plain data": [
        () =>
          new k8s.core.v1.ConfigMap("resource", {
            metadata: { name: "gap" },
            data: { text: undefined as unknown as string },
          }),
        "ConfigMap gap: data.text is undefined",
      ],
      "behind an output": [
        () => configMap("gap", { text: pulumi.output(undefined as unknown as string) }),
        "ConfigMap gap: data.text is undefined",
      ],
      "in a list": [
        () =>
          new k8s.core.v1.Pod("pod", {
            metadata: { name: "gap" },
            spec: { containers: [{ name: "one", args: ["a", undefined as unknown as string] }] },
          }),
        "Pod gap: spec.containers.0.args.1 is undefined",
      ],
      "in an object without a name": [
        () => new k8s.core.v1.ConfigMap("resource", { data: { text: undefined as unknown as string } }),
        "ConfigMap resource: data.text is undefined",
      ],
      "of an object that an output makes": [
        () =>
          new k8s.core.v1.ConfigMap("gap", {
            metadata: pulumi
              .output("x")
              .apply((text) => ({ name: text, labels: { one: undefined as unknown as string } })),
          }),
        "ConfigMap x: metadata.labels.one is undefined",
      ],
    };
    for (const [where, [program, message]] of Object.entries(undefinedFields)) {
      it(`a field that is undefined ${where}: the SDK would drop it without a word`, async () => {
        await assert.rejects(recordOf(program), { message });
      });
    }
  });

  describe("after a failure", () => {
    const failing = () => {
      configMap("left");
      throw new Error("no such platform");
    };

    it("passes on what the program throws, as it is", async () => {
      const error = new Error("settings are wrong");
      await assert.rejects(
        recordOf(() => {
          throw error;
        }),
        (thrown) => thrown === error,
      );
    });

    it("passes on what the program throws before it starts to wait", async () => {
      const program = (): Promise<Record<string, unknown>> => {
        throw new Error("settings are wrong");
      };
      await assert.rejects(record({ stack: "test", config: {}, program }), { message: "settings are wrong" });
      assert.deepEqual(namesOf(await recordOf(() => configMap("next"))), ["next"]);
    });

    it("records the next program as if nothing had been", async () => {
      const expected = await recordOf(() => configMap("next"));
      for (const program of [
        failing,
        ask,
        () => configMap("lost", { text: Promise.reject(new Error("x")) }),
      ]) {
        await assert.rejects(recordOf(program));
        assert.deepEqual(await recordOf(() => configMap("next")), expected);
      }
    });

    it("leaves nothing for the process to trip over", async () => {
      const before = process.listeners("unhandledRejection");
      const unhandled: unknown[] = [];
      const collect = (reason: unknown) => unhandled.push(reason);
      process.on("unhandledRejection", collect);
      try {
        await assert.rejects(recordOf(failing));
        await assert.rejects(recordOf(() => configMap("lost", { text: Promise.reject(new Error("x")) })));
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.ok(
          process.listeners("unhandledRejection").includes(collect),
          "a listener of the process is gone",
        );
      } finally {
        process.off("unhandledRejection", collect);
      }
      assert.deepEqual(unhandled, []);
      assert.deepEqual(process.listeners("unhandledRejection"), before);
    });
  });

  describe("takes turns", () => {
    const slowly = (name: string, pause: number) => async () => {
      configMap(`${name}-1`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      configMap(`${name}-2`, { stack: pulumi.getStack() });
    };

    it("so that programs at the same time do not see each other", async () => {
      const recordings = await Promise.all(
        ["one", "two", "three"].map((stack, index) =>
          record({
            stack,
            config: { "lab:level": stack },
            program: async () => {
              await slowly(stack, 30 - 10 * index)();
              return { stack: pulumi.getStack(), level: new pulumi.Config("lab").get("level") };
            },
          }),
        ),
      );
      for (const [index, name] of ["one", "two", "three"].entries()) {
        const recording = recordings[index]!;
        assert.deepEqual(namesOf(recording), [`${name}-1`, `${name}-2`]);
        assert.deepEqual(recording.outputs, { stack: name, level: name });
        assert.deepEqual(recording.registrations[1]?.inputs.data, { stack: name });
      }
    });

    it("also past one that fails", async () => {
      const outcomes = await Promise.allSettled([
        recordOf(slowly("one", 10)),
        recordOf(() => {
          throw new Error("in between");
        }),
        recordOf(slowly("two", 0)),
      ]);
      const names = outcomes.map((outcome) => outcome.status === "fulfilled" && namesOf(outcome.value));
      assert.deepEqual(names, [["one-1", "one-2"], false, ["two-1", "two-2"]]);
    });
  });
});

/** The CrossGuard pack as the engine runs it: the SDK's own runner, asked over its protocol. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import emptypb from "google-protobuf/google/protobuf/empty_pb.js";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import analyzergrpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Registration } from "../../automation/render/record.ts";
import { root } from "./stack-files.ts";

/** A violation, as the engine is told of it. */
export interface Finding {
  readonly policy: string;
  readonly message: string;
  readonly urn: string;
  readonly level: "advisory" | "mandatory";
}

export class RunningPack {
  readonly #process: ChildProcess;
  readonly #client: analyzergrpc.AnalyzerClient;

  private constructor(process: ChildProcess, port: string) {
    this.#process = process;
    this.#client = new analyzergrpc.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_send_message_length": -1,
    });
  }

  /** Starts the runner in the pack's folder; its first line is its port. No engine listens at the address it is given. */
  static async start(): Promise<RunningPack> {
    const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
      cwd: join(root, "policy/pack"),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the pack ended (${String(code)})`))),
    ])) as [string];
    return new RunningPack(child, port);
  }

  async stop(): Promise<void> {
    this.#client.close();
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
  }

  /** What the pack tells the engine before it runs. */
  about(): Promise<analyzer.AnalyzerInfo.AsObject> {
    return new Promise((resolve, reject) => {
      this.#client.getAnalyzerInfo(new emptypb.Empty(), (error, info) => {
        if (error === null) resolve(info.toObject());
        else reject(error);
      });
    });
  }

  /** What the pack says of a stack that registers this. */
  violations(stack: string, registrations: readonly Registration[]): Promise<Finding[]> {
    const urn = (name: string) => `urn:pulumi:${stack}::quint::${name}`;
    const request = new analyzer.AnalyzeStackRequest().setResourcesList(
      registrations.map(({ type, name, parents, inputs }) =>
        new analyzer.AnalyzerResource()
          .setType(type)
          .setName(name)
          .setUrn(urn(`${type}::${name}`))
          .setOptions(
            new analyzer.AnalyzerResourceOptions().setCustomtimeouts(
              new analyzer.AnalyzerResourceOptions.CustomTimeouts(),
            ),
          )
          .setParent(parents.length === 0 ? "" : urn(parents.at(-1)!))
          .setProperties(
            structpb.Struct.fromJavaScript(onTheWire(inputs) as Record<string, structpb.JavaScriptValue>),
          ),
      ),
    );
    return new Promise((resolve, reject) => {
      this.#client.analyzeStack(request, (error, response) => {
        if (error !== null) reject(error);
        else
          resolve(
            response.getDiagnosticsList().map((one) => ({
              policy: one.getPolicyname(),
              message: one.getMessage(),
              urn: one.getUrn(),
              level:
                one.getEnforcementlevel() === analyzer.EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
            })),
          );
      });
    });
  }
}

/** What the engine writes where a recording has the mark of an unknown value. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function onTheWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== "object" || value === null) return value;
  if ("__pulumiUnknown" in value) return unknown;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, onTheWire(inner)]));
}

/** The engine's messages, translated to and from `protocol.ts`. */
import type grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type {
  Autonaming,
  CheckRequest,
  CheckResult,
  DiffKind,
  DiffRequest,
  DiffResult,
  Provider,
} from "./protocol.ts";
import { serviceError } from "./service-error.ts";
import { fromStruct, toStruct } from "./values.ts";

const diffKinds = {
  add: rpc.PropertyDiff.Kind.ADD,
  "add-replace": rpc.PropertyDiff.Kind.ADD_REPLACE,
  delete: rpc.PropertyDiff.Kind.DELETE,
  "delete-replace": rpc.PropertyDiff.Kind.DELETE_REPLACE,
  update: rpc.PropertyDiff.Kind.UPDATE,
  "update-replace": rpc.PropertyDiff.Kind.UPDATE_REPLACE,
} as const satisfies Record<DiffKind, rpc.PropertyDiff.Kind>;

/** A unary method: the answer is awaited, an exception becomes the call's error. */
function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answer = async () => await handle(call.request);
    answer().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(serviceError(error));
      },
    );
  };
}

/**
 * The gRPC methods of a provider.
 *
 * @param attach called with the engine's address when the engine attaches to a plugin that already runs.
 */
export function serviceOf(
  provider: Provider,
  attach: (address: string) => void,
): grpc.UntypedServiceImplementation {
  let keepSecrets = true;
  const struct = (values: Parameters<typeof toStruct>[0]) => toStruct(values, keepSecrets);
  const checked = (result: CheckResult) => checkResponse(result, keepSecrets);
  return {
    handshake: unary(() => {
      const response = new rpc.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: unary((request: plugin.PluginAttach) => {
      attach(request.getAddress());
      return new empty.Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    checkConfig: unary(async (request: rpc.CheckRequest) =>
      checked(await provider.checkConfig(checkRequest(request))),
    ),
    diffConfig: unary(async (request: rpc.DiffRequest) =>
      diffResponse(await provider.diffConfig(diffRequest(request))),
    ),
    configure: unary(async (request: rpc.ConfigureRequest) => {
      keepSecrets = request.getAcceptsecrets();
      await provider.configure({ variables: new Map(request.getVariablesMap().entries()) });
      const response = new rpc.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    check: unary(async (request: rpc.CheckRequest) => checked(await provider.check(checkRequest(request)))),
    diff: unary(async (request: rpc.DiffRequest) => diffResponse(await provider.diff(diffRequest(request)))),
    create: unary(async (request: rpc.CreateRequest) => {
      const result = await provider.create({
        urn: request.getUrn(),
        properties: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new rpc.CreateResponse();
      response.setId(result.id);
      response.setProperties(struct(result.properties));
      return response;
    }),
    read: unary(async (request: rpc.ReadRequest) => {
      const result = await provider.read({
        id: request.getId(),
        urn: request.getUrn(),
        properties: fromStruct(request.getProperties()),
        inputs: fromStruct(request.getInputs()),
      });
      const response = new rpc.ReadResponse();
      response.setId(result.id);
      if (result.id !== "") {
        response.setProperties(struct(result.properties));
        response.setInputs(struct(result.inputs));
      }
      return response;
    }),
    update: unary(async (request: rpc.UpdateRequest) => {
      const properties = await provider.update({
        id: request.getId(),
        urn: request.getUrn(),
        olds: fromStruct(request.getOlds()),
        oldInputs: fromStruct(request.getOldInputs()),
        news: fromStruct(request.getNews()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
        ignoreChanges: request.getIgnorechangesList(),
      });
      const response = new rpc.UpdateResponse();
      response.setProperties(struct(properties));
      return response;
    }),
    delete: unary(async (request: rpc.DeleteRequest) => {
      await provider.delete({
        id: request.getId(),
        urn: request.getUrn(),
        properties: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      return new empty.Empty();
    }),
    cancel: unary(() => {
      provider.cancel();
      return new empty.Empty();
    }),
  };
}

function checkRequest(request: rpc.CheckRequest): CheckRequest {
  return {
    urn: request.getUrn(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    randomSeed: request.getRandomseed_asU8(),
    autonaming: autonaming(request.getAutonaming()),
  };
}

function autonaming(options: rpc.CheckRequest.AutonamingOptions | undefined): Autonaming | undefined {
  if (options === undefined) return undefined;
  const modes = rpc.CheckRequest.AutonamingOptions.Mode;
  const mode = options.getMode();
  return {
    mode: mode === modes.DISABLE ? "disable" : mode === modes.ENFORCE ? "enforce" : "propose",
    proposedName: options.getProposedName(),
  };
}

function checkResponse(result: CheckResult, keepSecrets: boolean): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(toStruct(result.inputs, keepSecrets));
  for (const { property, reason } of result.failures) {
    const failure = new rpc.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffRequest(request: rpc.DiffRequest): DiffRequest {
  return {
    id: request.getId(),
    urn: request.getUrn(),
    olds: fromStruct(request.getOlds()),
    oldInputs: fromStruct(request.getOldInputs()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function diffResponse(result: DiffResult): rpc.DiffResponse {
  const response = new rpc.DiffResponse();
  const changes = rpc.DiffResponse.DiffChanges;
  response.setChanges(result.changes ? changes.DIFF_SOME : changes.DIFF_NONE);
  response.setReplacesList([...result.replaces]);
  response.setDeletebeforereplace(result.deleteBeforeReplace);
  response.setDiffsList([...(result.diffs ?? [])]);
  if (result.detailedDiff !== undefined) {
    response.setHasdetaileddiff(true);
    const detailed = response.getDetaileddiffMap();
    for (const [path, { kind, inputDiff }] of result.detailedDiff) {
      const diff = new rpc.PropertyDiff();
      diff.setKind(diffKinds[kind]);
      diff.setInputdiff(inputDiff);
      detailed.set(path, diff);
    }
  }
  return response;
}

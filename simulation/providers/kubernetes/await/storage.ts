/** When volumes, and the few other kinds that a controller completes, are ready. */
import { isMap } from "../../plugin/values.ts";
import { at, conditionOf, nameOf, text } from "../object.ts";
import { sameTree } from "../../plugin/values.ts";
import { type Awaiter, ready, waiting } from "./decision.ts";

/** The volume is available, or already bound to a claim. */
export const volumeAwaiter: Awaiter = {
  timeoutSeconds: 300,
  related: [],
  onRefresh: false,
  decide: ({ object }) => {
    const phase = text(object, "status", "phase");
    return phase === "Available" || phase === "Bound"
      ? ready(`PersistentVolume is ${phase.toLowerCase()}`)
      : waiting(`Waiting for PersistentVolume to become available (phase "${phase}")`);
  },
};

/** The claim is bound; or pending, where its class binds it when the first pod wants it. */
export const claimAwaiter: Awaiter = {
  timeoutSeconds: 300,
  related: ["storageClasses"],
  onRefresh: false,
  decide: (view) => {
    const phase = text(view.object, "status", "phase");
    if (phase === "Bound") return ready("PersistentVolumeClaim is bound");
    const className = text(view.object, "spec", "storageClassName");
    const storageClass = view.related("storageClasses").find((candidate) => nameOf(candidate) === className);
    if (phase === "Pending" && text(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") {
      return ready("PersistentVolumeClaim waits for its first consumer");
    }
    const lacking =
      className !== "" && storageClass === undefined ? `: there is no storage class "${className}"` : "";
    return waiting(`Waiting for PersistentVolumeClaim to be bound (phase "${phase}")${lacking}`);
  },
};

/** The quota's limits are in force. */
export const quotaAwaiter: Awaiter = {
  timeoutSeconds: 60,
  related: [],
  onRefresh: false,
  decide: ({ object }) =>
    sameTree(at(object, "spec", "hard"), at(object, "status", "hard"))
      ? ready("ResourceQuota is in force")
      : waiting("Waiting for the ResourceQuota to be in force"),
};

/** A service account's token is filled in; any other Secret is complete as it is. */
export const secretAwaiter: Awaiter = {
  timeoutSeconds: 5,
  related: [],
  onRefresh: false,
  decide: ({ object }) => {
    const data = at(object, "data");
    const isFilled = isMap(data) && Object.keys(data).length > 0;
    return text(object, "type") !== "kubernetes.io/service-account-token" || isFilled
      ? ready("Secret is complete")
      : waiting("Waiting for the service account's token");
  },
};

/** The API server serves the kind. Not awaited, its first objects would be refused for a moment. */
export const definitionAwaiter: Awaiter = {
  timeoutSeconds: 60,
  related: [],
  onRefresh: false,
  decide: ({ object }) => {
    if (conditionOf(object, "Established")?.status === "True")
      return ready("CustomResourceDefinition is established");
    const names = conditionOf(object, "NamesAccepted");
    const reason = names?.status === "False" ? `: ${names.message}` : "";
    return waiting(`Waiting for CustomResourceDefinition to be established${reason}`);
  },
};

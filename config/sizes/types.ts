/** The units of the sizes table: how many, how big, how it scales. */

/** CPU in cores or millicores (`500m`), memory in binary units (`512Mi`). */
export interface Quantities {
  readonly cpu: string;
  readonly memory: string;
}

export interface Resources {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

/** One rule of an autoscaler's behaviour: at most this much change in each period. */
export interface ScalingPolicy {
  readonly type: "Percent" | "Pods";
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingBehavior {
  readonly stabilizationWindowSeconds: number;
  /** Which policy wins when several apply. */
  readonly selectPolicy?: "Max" | "Min";
  readonly policies: readonly ScalingPolicy[];
}

/** An autoscaler (`autoscaling/v2`) on the container's own use, so that a sidecar does not count. */
export interface Autoscaling {
  readonly min: number;
  readonly max: number;
  /** Target use of the CPU request, in percent. */
  readonly cpuPercent?: number;
  /** Target use of the memory request, in percent. */
  readonly memoryPercent?: number;
  readonly scaleUp?: ScalingBehavior;
  readonly scaleDown?: ScalingBehavior;
  /** Why `min` and `max` are one, where they are: it then holds a number of pods, and moves nothing. */
  readonly holds?: string;
}

/** What the sizes table says of a workload: how many, how big, and how it scales. */
export interface WorkloadSize {
  /** Replicas where there is no autoscaler; its minimum otherwise. */
  readonly replicas: number;
  readonly resources: Resources;
  readonly autoscaling?: Autoscaling;
}

/** Figures of a ResourceQuota, by its own keys (`requests.cpu`, `pods`, `count/deployments.apps`, ...). */
export type Quota = Readonly<Record<string, string>>;

/** Figures of a LimitRange. */
export interface ContainerLimits {
  /** Limits of a container that states none. */
  readonly containerDefault: Quantities;
  /** Requests of a container that states none. */
  readonly containerDefaultRequest: Quantities;
  /** The most a container may ask for. */
  readonly containerMax: Quantities;
  /** The most the containers of a pod may ask for together. */
  readonly podMax?: Quantities;
}

/** What a namespace may use in all. */
export interface NamespaceSize {
  readonly quota: Quota;
  readonly limits: ContainerLimits;
}

/** A data service whose pods are all alike. */
export interface StoreSize {
  /** Copies; above one it survives the loss of a node. */
  readonly replicas: number;
  readonly resources: Resources;
  /** Volume of each replica; left out: nothing is kept. */
  readonly storage?: string;
}

/** Kafka: controllers apart from brokers, or, with none, brokers that are both. */
export interface KafkaSize {
  readonly controllers?: StoreSize;
  readonly brokers: StoreSize;
  /** Copies of each partition, and how many must have a message before it counts as written. */
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
}

/** SeaweedFS: masters keep the map, volume servers the data, filers names and the S3 door. */
export interface ObjectStoreSize {
  readonly masters: StoreSize;
  readonly volumes: StoreSize;
  readonly filers: StoreSize;
}

export interface SparkApplicationSize {
  readonly driver: Resources;
  readonly executor: Resources;
  readonly executors: number;
}

/** Airflow's processes. */
export interface AirflowSize {
  readonly apiServer: WorkloadSize;
  readonly scheduler: WorkloadSize;
  readonly dagProcessor: WorkloadSize;
  readonly triggerer: WorkloadSize;
  readonly worker: WorkloadSize;
  /** Volume for task logs, shared by all. */
  readonly logs: string;
}

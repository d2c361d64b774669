/**
 * Archived topics of Kafka, out of their dump: every message with its partition, key, value, headers and time, sent anew to a
 * topic that is empty, and how far groups had read of it. Offsets are new; topics themselves come from their definitions.
 */
import { readFileSync } from "node:fs";
import { Admin, ListOffsetTimestamps, Producer } from "@platformatic/kafka";
import { messageOf as wordsOf, RecoveryFailure } from "../failure.ts";
import type { LoadPlanOf } from "../load-plan.ts";
import { dumpAt, fetchDump, manifestOf, type DumpManifest } from "../stores/dumps.ts";
import { Refusal, type Load, type LoadContext } from "./load.ts";
import { messagesOf, positionsOf, type Message, type Position } from "./messages.ts";
import { patiently } from "./patience.ts";

type Plan = LoadPlanOf<"kafka">;

/** Messages that go at once, at most so many bytes of them. */
const atOnce = 500;
const bytesAtOnce = 512 * 1024;

/** An archived topic: its messages, how many of each partition, and where the partitions begin. */
interface Topic {
  readonly name: string;
  readonly file: string;
  readonly counts: ReadonlyMap<number, number>;
  readonly beginnings: ReadonlyMap<number, bigint>;
  /** How many of each partition an interrupted run has sent. */
  readonly sent: ReadonlyMap<number, number>;
}

export const loadKafka: Load<Plan> = async (plan, context) => {
  const { bucket, report } = context;
  if (plan.topics.length === 0)
    return "no topic is archived: topics come from their definitions, and positions mean nothing";
  const id = await dumpAt(plan, context.at, context);
  report(`dump ${id}`);
  const manifest = await manifestOf(bucket, plan, id);
  const positions = await positionsOf(await fetchDump(plan, id, manifest, context));
  const options = connection(plan, context);
  const admin = new Admin(options);
  const producer = new Producer({ ...options, idempotent: true });
  try {
    await patiently(plan.bootstrap, context, () =>
      admin.metadata({ topics: [...plan.topics], forceUpdate: true }),
    );
    // All of them are looked at before anything is sent.
    const topics: Topic[] = [];
    for (const name of plan.topics) topics.push(await topicOf(name, id, manifest, plan, admin, context));
    const words: string[] = [];
    for (const topic of topics) {
      await commit(admin, plan.user, topic.name, topic.beginnings);
      words.push(`${topic.name}: ${await send(producer, topic, context)} messages`);
      const ends = new Map(
        [...topic.beginnings].map(([one, begin]) => [one, begin + BigInt(topic.counts.get(one) ?? 0)]),
      );
      words.push(...(await groups(admin, topic, positions, plan.user)));
      // Complete: what comes after is not taken for a run of ours that was interrupted.
      await commit(admin, plan.user, topic.name, ends);
    }
    return `${words.join("; ")}; dump ${id}`;
  } finally {
    await producer.close();
    await admin.close();
  }
};

function connection({ bootstrap, user, authorityFile }: Plan, { secret }: LoadContext) {
  const password = secret("STORE_PASSWORD");
  return {
    clientId: user,
    bootstrapBrokers: bootstrap.split(","),
    tls: { ca: readFileSync(authorityFile, "utf8") },
    sasl: { mechanism: "SCRAM-SHA-512", username: user, password },
    autocreateTopics: false,
  } as const;
}

/** @throws Refusal where the topic holds messages that are not ours. */
async function topicOf(
  name: string,
  id: string,
  manifest: DumpManifest,
  plan: Plan,
  admin: Admin,
  context: LoadContext,
): Promise<Topic> {
  const file = await fetchDump({ folder: plan.folder, file: `${name}.messages.gz` }, id, manifest, context);
  const counts = new Map<number, number>();
  for await (const { partition } of messagesOf(file)) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  const beginnings = await offsets(admin, name, ListOffsetTimestamps.EARLIEST);
  const ends = await offsets(admin, name, ListOffsetTimestamps.LATEST);
  const missing = [...counts.keys()].filter((partition) => !beginnings.has(partition));
  if (missing.length > 0)
    throw new RecoveryFailure(
      `${name} has ${beginnings.size} partitions, and the dump messages of partition ${missing.join(", ")}`,
    );
  const sent = new Map(
    [...ends].map(([partition, end]) => [partition, Number(end - (beginnings.get(partition) ?? 0n))]),
  );
  const held = [...sent.values()].reduce((sum, count) => sum + count, 0);
  const began = held === 0 ? undefined : await committed(admin, plan.user, name);
  const ours = [...sent].every(
    ([partition, count]) =>
      began?.get(partition) === beginnings.get(partition) && count <= (counts.get(partition) ?? 0),
  );
  if (held > 0 && !ours) {
    throw new Refusal(
      `${name} holds ${held} messages, among which those of the dump ${id} would be sent twice: archived topics are loaded ` +
        "where they are empty. To lose what it holds, delete its KafkaTopic and have `up` make it anew",
    );
  }
  return { name, file, counts, beginnings, sent };
}

async function offsets(admin: Admin, name: string, timestamp: bigint): Promise<ReadonlyMap<number, bigint>> {
  const { topics } = await admin.metadata({ topics: [name], forceUpdate: true });
  const count = topics.get(name)?.partitionsCount ?? 0;
  const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp }));
  const [found] = await admin.listOffsets({ topics: [{ name, partitions }] });
  return new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
}

async function committed(admin: Admin, group: string, topic: string): Promise<ReadonlyMap<number, bigint>> {
  const [found] = await admin.listConsumerGroupOffsets({ groups: [group] });
  const partitions = found?.topics.find(({ name }) => name === topic)?.partitions ?? [];
  return new Map(partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]));
}

async function commit(
  admin: Admin,
  groupId: string,
  name: string,
  at: ReadonlyMap<number, bigint>,
): Promise<void> {
  const partitionOffsets = [...at].map(([partition, offset]) => ({ partition, offset }));
  await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name, partitionOffsets }] });
}

/** In the order of the dump, which is each partition's. @returns how many were sent. */
async function send(producer: Producer, topic: Topic, { signal }: LoadContext): Promise<number> {
  const skip = new Map(topic.sent);
  let batch: Message[] = [];
  let bytes = 0;
  let sent = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await producer.send({ messages: batch.map((message) => produced(topic.name, message)), acks: -1 });
    sent += batch.length;
    batch = [];
    bytes = 0;
  };
  for await (const message of messagesOf(topic.file)) {
    signal.throwIfAborted();
    const before = skip.get(message.partition) ?? 0;
    if (before > 0) {
      skip.set(message.partition, before - 1);
      continue;
    }
    batch.push(message);
    bytes += (message.value?.length ?? 0) + (message.key?.length ?? 0);
    if (batch.length >= atOnce || bytes >= bytesAtOnce) await flush();
  }
  await flush();
  return sent;
}

function produced(topic: string, { partition, timestamp, key, value, headers }: Message) {
  return {
    topic,
    partition,
    timestamp,
    ...(key === undefined ? {} : { key }),
    ...(value === undefined ? {} : { value }),
    // By identity of their names: one may occur twice. A header may have no value, which the client writes and its types lack.
    headers: new Map(headers as readonly (readonly [Buffer, Buffer])[]),
  };
}

/** Positions count messages from the beginning, not offsets: those of the dump may have begun anywhere. */
async function groups(
  admin: Admin,
  { name, file, beginnings }: Topic,
  positions: readonly Position[],
  user: string,
): Promise<readonly string[]> {
  const wanted = positions.filter((position) => position.topic === name && position.group !== user);
  const read = new Map(wanted.map((position) => [position, 0n]));
  for await (const message of messagesOf(file))
    for (const position of wanted)
      if (position.partition === message.partition && message.offset < position.offset)
        read.set(position, (read.get(position) ?? 0n) + 1n);
  const words: string[] = [];
  for (const group of new Set(wanted.map((position) => position.group))) {
    const own = wanted.filter((position) => position.group === group);
    const at = new Map(
      own.map((one) => [one.partition, (beginnings.get(one.partition) ?? 0n) + (read.get(one) ?? 0n)]),
    );
    try {
      await commit(admin, group, name, at);
      words.push(`${group} goes on where it was`);
    } catch (error) {
      // A group that has readers, or that no user of the platform declares.
      words.push(`the position of ${group} was not set (${wordsOf(error)})`);
    }
  }
  return words;
}

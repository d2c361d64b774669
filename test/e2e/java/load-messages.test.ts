/** Kafka's dump on a real broker of Maven Central's modules: dumped by the platforms' own script, lost, and loaded back. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { Admin, Producer } from "@platformatic/kafka";
import { dumpKafka } from "../../../components/backup/scripts.ts";
import { kafkaVersion } from "../../../config/catalog/charts/data.ts";
import type { LoadPlanInput } from "../../../services/recovery/load-plan.ts";
import { freePort } from "../../../simulation/control-plane/ports.ts";
import { BackupJobs } from "../support/backup-jobs.ts";
import { classPathOrSkip } from "../support/java-programs.ts";
import { Loader } from "../support/loader.ts";
import { RealStores, until } from "../support/real-stores.ts";

const exec = promisify(execFile);
const modules = [
  `org.apache.kafka:kafka_2.13:${kafkaVersion}`,
  `org.apache.kafka:kafka-tools:${kafkaVersion}`,
];
/** What the scripts of Kafka's image start. */
const tools = {
  topics: "org.apache.kafka.tools.TopicCommand",
  "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
  "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
  "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
} as const;
const topic = "orders.Placed_v1";
const folder = "kafka/shop/events";
const user = "events-restore";
/** Who dumps reads in a group of its own: the loader's keeps where that began. */
const dumper = "events-backup";

describe("archived messages, loaded into a real Kafka", function () {
  this.timeout(900_000);
  const stores = new RealStores();
  const jobs = new BackupJobs(stores);
  const loader = new Loader(stores);
  const password = randomUUID();
  let bootstrap = "";
  let certificate = "";
  let admin: Admin;
  let producer: Producer;

  const plan = (): LoadPlanInput => ({
    version: 1,
    kind: "kafka",
    name: "events",
    folder,
    bucket: loader.place,
    file: "topics.txt.gz",
    bootstrap,
    user,
    authorityFile: certificate,
    topics: [topic],
  });
  const bring = (...more: string[]) => loader.load(plan(), new Date(), { STORE_PASSWORD: password }, ...more);
  const dump = () =>
    jobs.dump(dumpKafka, {
      folder,
      kind: "kafka",
      env: { BOOTSTRAP: bootstrap, STORE_USER: dumper, STORE_PASSWORD: password, TOPICS: topic },
      places: {
        "/tmp": jobs.folder,
        "/opt/kafka/bin": join(jobs.folder, "bin"),
        "/etc/kafka-authority": join(jobs.folder, "authority"),
      },
    });
  /** Messages of the newest dump by partition, in their order, without offsets. */
  const dumped = () => {
    const [file = ""] = globSync(`${folder}/*Z/${topic}.messages.gz`, { cwd: stores.objectFile("") })
      .sort()
      .reverse();
    const lines = gunzipSync(stores.read(file) ?? "")
      .toString()
      .split("\n")
      .map((line) => line.replace(/\tOffset:\d+/, ""));
    return [0, 1, 2].map((partition) => lines.filter((line) => line.includes(`\tPartition:${partition}\t`)));
  };
  const make = () => admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 });
  const anew = async () => {
    await admin.deleteTopics({ topics: [topic] });
    await until(make, "the topic");
  };
  const position = async (group: string) => {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [group] });
    return found?.topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === 0)?.committedOffset;
  };
  let recorded: ReturnType<typeof dumped>;

  before(async function () {
    const say = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    const path = await classPathOrSkip(this, modules, say);
    await stores.start(say, []);
    await jobs.start(say);
    const home = stores.made("kafka");
    const [port, controller] = [await freePort(), await freePort()];
    bootstrap = `127.0.0.1:${port}`;
    for (const [name, main] of Object.entries(tools))
      jobs.command(`kafka-${name}.sh`, `exec java -Xmx128m -cp '${path}' ${main} "$@"`);
    const [key, own] = [join(home, "key.pem"), join(home, "own.pem")];
    certificate = join(home, "ca.crt");
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"];
    await exec("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      certificate,
      ...subject,
    ]);
    writeFileSync(own, readFileSync(key, "utf8") + readFileSync(certificate, "utf8"));
    jobs.place("authority/ca.crt", readFileSync(certificate, "utf8"));
    const settings = join(home, "server.properties");
    const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`;
    writeFileSync(
      settings,
      Object.entries({
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": `1@127.0.0.1:${controller}`,
        listeners: `SASL_SSL://${bootstrap},CONTROLLER://127.0.0.1:${controller}`,
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
        "inter.broker.listener.name": "SASL_SSL",
        "controller.listener.names": "CONTROLLER",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": login,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": own,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": certificate,
        "log.dirs": join(home, "logs"),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "auto.create.topics.enable": "false",
      })
        .map(([name, value]) => `${name}=${value}`)
        .join("\n"),
    );
    const java = ["-Xmx350m", "-cp", path];
    const format = ["format", "--config", settings, "--cluster-id", "MkU3OEVBNTcwNTJENDM2Qg"];
    const scram = [user, dumper].flatMap((name) => [
      "--add-scram",
      `SCRAM-SHA-512=[name=${name},password=${password}]`,
    ]);
    await exec("java", [...java, "kafka.tools.StorageTool", ...format, ...scram]);
    stores.spawn("kafka", ["java", ...java, "kafka.Kafka", settings]);
    const options = {
      clientId: "shop",
      bootstrapBrokers: [bootstrap],
      tls: { ca: readFileSync(certificate, "utf8") },
      sasl: { mechanism: "SCRAM-SHA-512" as const, username: user, password },
    };
    admin = new Admin(options);
    producer = new Producer(options);
    await until(make, "Kafka");
    const text = (value: string) => Buffer.from(value, "utf8");
    const at = BigInt(Date.UTC(2026, 10, 20));
    const message = (partition: number, more: object) => ({ topic, partition, timestamp: at, ...more });
    await producer.send({
      acks: -1,
      messages: [
        // The first two are gone before the dump: offsets begin later than those of a new topic.
        message(0, { value: text("gone") }),
        message(0, { value: text("gone, too") }),
        message(0, { key: text("plain"), value: text("text") }),
        message(0, { key: Buffer.from([0, 9, 10, 13, 92, 255]), value: Buffer.from([0, 128, 255]) }),
        message(0, { value: text("\\N and\ttabs\nand lines, NO_HEADERS \u2028 ü") }),
        message(0, { key: text("tombstone") }),
        message(1, { key: text(""), value: text("") }),
        message(1, {
          value: text("null"),
          headers: new Map([
            [text("trace"), text("a:b,c\\,d")],
            [text("trace"), Buffer.from([1, 2, 255])],
          ]),
        }),
      ],
    });
    const many = Array.from({ length: 1_200 }, (_, number) => ({
      ...message(2, { key: text(`k${number}`), value: text(`{"number": ${number}}`) }),
      timestamp: at + BigInt(number),
    }));
    await producer.send({ acks: -1, messages: many });
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }] });
    const read = { name: topic, partitionOffsets: [{ partition: 0, offset: 5n }] };
    await admin.alterConsumerGroupOffsets({ groupId: "stream", topics: [read] });
    await dump();
    recorded = dumped();
    assert.deepEqual(
      recorded.map((lines) => lines.length),
      [4, 2, 1_200],
    );
  });
  after(async () => {
    const clients: readonly (Producer | Admin | undefined)[] = [producer, admin];
    for (const client of clients) await client?.close();
    await stores.stop();
    jobs.stop();
    loader.stop();
  });

  it("does not send messages into a topic that holds some, not even with --force", async () => {
    const { code, words } = await bring("--force");
    assert.equal(code, 3, words);
    assert.match(
      words,
      /^orders\.Placed_v1 holds 1206 messages, among which those of the dump \S+ would be sent twice/,
    );
  });

  it("sends each anew with partition, key, value, headers and time; a group goes on behind what it had read", async () => {
    await anew();
    const { code, words, lines } = await bring();
    assert.equal(code, 0, lines.join("\n"));
    assert.match(words, /^orders\.Placed_v1: 1206 messages; stream goes on where it was; dump \S+$/);
    // Three of those that were still there.
    assert.equal(await position("stream"), 3n);
    await dump();
    assert.deepEqual(dumped(), recorded);
    assert.equal((await bring()).code, 3);
  });

  it("goes on where it was interrupted", async () => {
    await anew();
    const begun = [0, 1, 2].map((partition) => ({ partition, offset: 0n }));
    await admin.alterConsumerGroupOffsets({
      groupId: user,
      topics: [{ name: topic, partitionOffsets: begun }],
    });
    const sent = { topic, partition: 0, timestamp: BigInt(Date.UTC(2026, 10, 20)) };
    await producer.send({
      acks: -1,
      messages: [{ ...sent, key: Buffer.from("plain"), value: Buffer.from("text") }],
    });
    const { code, words, lines } = await bring();
    assert.equal(code, 0, lines.join("\n"));
    assert.match(words, /^orders\.Placed_v1: 1205 messages;/);
    await dump();
    assert.deepEqual(dumped(), recorded);
  });
});

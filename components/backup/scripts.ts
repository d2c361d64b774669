/** What backup jobs run: POSIX shell, as the images' own shells speak it. Every value comes by the environment. */
import { dumpManifest, mirrorFolders } from "../../platforms/model/index.ts";

/** Where a dump's steps leave their files for the upload. */
export const dumpFolder = "/dump";

/** Now, as manifests write it, for the step that begins a dump. */
export const begin = [
  "set -eu",
  "umask 077",
  `mkdir -p ${dumpFolder}/files`,
  `date -u +%Y-%m-%dT%H:%M:%SZ > ${dumpFolder}/taken`,
].join("\n");

/**
 * Uploads what the steps left below `files`, compressed, then the manifest, and forgets what is older than it is kept. The
 * manifest comes last: a folder without one is a backup that was not finished.
 *
 * Variables: `TARGET` (`backup:<bucket>/<folder>`), `STORE`, `KIND`, `RETENTION_DAYS`.
 */
export const uploadDump = `set -eu
cd ${dumpFolder}
taken=$(cat taken)
folder=$(echo "$taken" | tr -d ':-')
files=""
for file in files/*; do
  test -s "$file" || { echo "$file is empty: nothing is uploaded" >&2; exit 1; }
  gzip "$file"
  name=$(basename "$file").gz
  bytes=$(stat -c %s "$file.gz")
  sum=$(sha256sum "$file.gz" | cut -d ' ' -f 1)
  files="$files\${files:+, }{\\"name\\": \\"$name\\", \\"bytes\\": $bytes, \\"sha256\\": \\"$sum\\"}"
  rclone copyto "$file.gz" "$TARGET/$folder/$name"
done
printf '{"store": "%s", "kind": "%s", "taken": "%s", "files": [%s]}\\n' "$STORE" "$KIND" "$taken" "$files" > ${dumpManifest}
rclone copyto ${dumpManifest} "$TARGET/$folder/${dumpManifest}"
rclone delete --use-server-modtime --min-age "\${RETENTION_DAYS}d" "$TARGET"
echo "$TARGET/$folder"`;

/**
 * Makes the mirror the same as the buckets. What that changes or deletes is moved aside first, and kept as long as
 * backups are. Objects are compared by the time at which each store got them: both ends only ever get newer ones.
 *
 * Variables: those of {@link uploadDump}, and `BUCKETS`.
 */
export const mirrorBuckets = `set -eu
taken=$(date -u +%Y-%m-%dT%H:%M:%SZ)
run=$(echo "$taken" | tr -d ':-')
for bucket in $BUCKETS; do
  rclone sync --fast-list --use-server-modtime --update "store:$bucket" "$TARGET/${mirrorFolders.current}/$bucket" \\
    --backup-dir "$TARGET/${mirrorFolders.changed}/$run/$bucket"
done
rclone delete --use-server-modtime --min-age "\${RETENTION_DAYS}d" "$TARGET/${mirrorFolders.changed}"
printf '{"store": "%s", "kind": "%s", "taken": "%s", "files": []}\\n' "$STORE" "$KIND" "$taken" |
  rclone rcat "$TARGET/${dumpManifest}"
echo "$TARGET"`;

/**
 * Adds to the second bucket what it lacks, or has older. The key may list and write there: nothing is asked of an object,
 * read back or deleted. Twice: what is written meanwhile names parts that the first pass may have missed.
 *
 * Variables: `SOURCE`, `TARGET`.
 */
export const copyOffsite = `set -eu
for pass in 1 2; do
  rclone copy --fast-list --use-server-modtime --update --s3-no-head "$SOURCE" "$TARGET"
done
echo "$TARGET"`;

/** A replica's first copy: the server forks, and goes on serving. */
export const dumpValkey = `${begin}
valkey-cli -h "$STORE_HOST" -p "$STORE_PORT" --rdb ${dumpFolder}/files/dump.rdb`;

const nodes = "MATCH (n) RETURN 'node', elementId(n), labels(n), properties(n)";
const relationships =
  "MATCH (a)-[r]->(b) RETURN 'relationship', elementId(r), type(r), elementId(a), elementId(b), properties(r)";
const schema = [
  "SHOW CONSTRAINTS YIELD name, createStatement RETURN 'constraint', name, createStatement",
  "SHOW INDEXES YIELD name, owningConstraint, createStatement WHERE owningConstraint IS NULL RETURN 'index', name, createStatement",
];

/**
 * Community Edition has no online backup, and its dump wants the server stopped: the graph is read instead, nodes and
 * relationships in one transaction. A result that was cut off lacks the line at its end.
 */
export const dumpNeo4j = [
  begin,
  "query() {",
  `  printf 'user = "neo4j:%s"\\n' "$STORE_PASSWORD" | curl --config - --silent --show-error --fail \\`,
  "    --header 'Accept: application/vnd.neo4j.jolt;strict=true' --header 'Content-Type: application/json' \\",
  `    --header 'access-mode: READ' --data "$1" "$STORE_URL/db/neo4j/tx/commit" > ${dumpFolder}/part`,
  `  if grep '^{"error"' ${dumpFolder}/part || ! tail -n 1 ${dumpFolder}/part | grep -q '^{"info"'; then exit 1; fi`,
  `  cat ${dumpFolder}/part >> ${dumpFolder}/files/graph.jsonl`,
  "}",
  `query '${statements(nodes, relationships)}'`,
  ...schema.map((statement) => `query '${statements(statement)}'`),
  `rm ${dumpFolder}/part`,
].join("\n");

function statements(...all: readonly string[]): string {
  // Apostrophes of the statements end the shell's own quotes.
  return JSON.stringify({ statements: all.map((statement) => ({ statement })) }).replaceAll("'", `'"'"'`);
}

/**
 * What topics there are and how far groups have read; of topics that are archived, every message that is still there: a line
 * each, with time, partition, offset, headers, key and value between tabs. Bytes that are not printable are written `\x0A`, and
 * so is every backslash: `\,` between headers and `\N` for none can be nothing else. services/recovery reads it.
 *
 * Variables: `BOOTSTRAP`, `STORE_USER`, `STORE_PASSWORD`, `TOPICS`.
 */
export const dumpKafka = `${begin}
cat > /tmp/client.properties <<END
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
ssl.truststore.type=PEM
ssl.truststore.location=/etc/kafka-authority/ca.crt
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="$STORE_USER" password="$STORE_PASSWORD";
END
kafka() {
  tool=$1
  shift
  "/opt/kafka/bin/kafka-$tool.sh" --bootstrap-server "$BOOTSTRAP" --command-config /tmp/client.properties "$@"
}
kafka topics --describe > ${dumpFolder}/files/topics.txt
kafka consumer-groups --describe --all-groups --offsets >> ${dumpFolder}/files/topics.txt
bytes=org.apache.kafka.common.serialization.BytesDeserializer
for topic in $TOPICS; do
  # It ends for want of messages, or of rights, and calls both a success.
  kafka console-consumer --topic "$topic" --group "$STORE_USER" --from-beginning --timeout-ms 60000 \\
    --isolation-level read_committed --command-property enable.auto.commit=false \\
    --formatter-property print.timestamp=true --formatter-property print.partition=true \\
    --formatter-property print.offset=true --formatter-property print.headers=true --formatter-property print.key=true \\
    --formatter-property key.deserializer=$bytes --formatter-property value.deserializer=$bytes \\
    --formatter-property headers.deserializer=$bytes \\
    --formatter-property 'headers.separator=\\,' --formatter-property 'null.literal=\\N' \\
    > "${dumpFolder}/files/$topic.messages" 2> /tmp/errors
  if grep -E 'Authorization|Authentication' /tmp/errors; then exit 1; fi
  if ! test -s "${dumpFolder}/files/$topic.messages"; then
    first=$(kafka get-offsets --topic "$topic" --time earliest)
    last=$(kafka get-offsets --topic "$topic" --time latest)
    test "$first" = "$last" || { echo "$topic has messages, and none came" >&2; exit 1; }
    # A topic without messages has a file all the same.
    echo > "${dumpFolder}/files/$topic.messages"
  fi
done`;

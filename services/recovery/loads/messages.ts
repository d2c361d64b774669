/** Lines of an archived topic, and of groups' positions, as the dump of Kafka's own tools has them. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { RecoveryFailure } from "../failure.ts";

export interface Message {
  readonly partition: number;
  /** Where it was; it may be elsewhere now. */
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  readonly headers: readonly (readonly [name: Buffer, value: Buffer | undefined])[];
}

const none = "\\N";

/** What Kafka's `Bytes` prints: what is not printable is `\x0A`, and so is every backslash. */
function bytesOf(text: string): Buffer | undefined {
  if (text === none) return undefined;
  const plain = text.replaceAll(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, "latin1");
}

function headersOf(text: string): Message["headers"] {
  if (text === "NO_HEADERS") return [];
  return text.split("\\,").map((header) => {
    const end = header.indexOf(":");
    return [Buffer.from(header.slice(0, end), "utf8"), bytesOf(header.slice(end + 1))];
  });
}

/** @throws RecoveryFailure for a line of another form, such as those of dumps that were made as text. */
function messageOf(line: string): Message {
  const [time = "", partition = "", offset = "", ...rest] = line.split("\t");
  const place = [/^Partition:(\d+)$/.exec(partition)?.[1], /^Offset:(\d+)$/.exec(offset)?.[1]];
  const timestamp = /^(?:CreateTime|LogAppendTime):(\d+)$/.exec(time)?.[1];
  const [headers, key, value, ...more] = rest;
  if (
    timestamp === undefined ||
    place[0] === undefined ||
    place[1] === undefined ||
    value === undefined ||
    more.length > 0
  )
    throw new RecoveryFailure(`a message of the dump cannot be read: ${line.slice(0, 80)}`);
  return {
    partition: Number(place[0]),
    offset: BigInt(place[1]),
    timestamp: BigInt(timestamp),
    headers: headersOf(headers ?? ""),
    key: bytesOf(key ?? ""),
    value: bytesOf(value),
  };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    if (line !== "") yield line;
}

export async function* messagesOf(file: string): AsyncGenerator<Message> {
  for await (const line of linesOf(file)) yield messageOf(line);
}

export interface Position {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** How far groups had read, out of the tables that `kafka-consumer-groups --describe --offsets` prints. */
export async function positionsOf(file: string): Promise<readonly Position[]> {
  const found: Position[] = [];
  let columns: readonly string[] = [];
  for await (const line of linesOf(file)) {
    const cells = line.trim().split(/\s+/);
    if (cells[0] === "GROUP") {
      columns = cells;
      continue;
    }
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const offset = cell("CURRENT-OFFSET");
    if (!/^\d+$/.test(offset)) continue;
    found.push({
      group: cell("GROUP"),
      topic: cell("TOPIC"),
      partition: Number(cell("PARTITION")),
      offset: BigInt(offset),
    });
  }
  return found;
}

/** A world of three files: the stack, the journal, and a history of what was done to it. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  removeJournal,
  thisProcess,
  writeJournal,
  type Journal,
} from "../../../automation/delivery/journal.ts";
import type { Verdict, World } from "../../../automation/delivery/operation.ts";
import type { Trigger } from "../../../automation/delivery/triggers.ts";

export interface Failures {
  /** By step. */
  readonly apply?: Readonly<Record<string, Error>>;
  readonly validate?: Readonly<Record<string, Verdict>>;
  readonly trigger?: Trigger;
  /** Whether the first step fails before anything has begun. */
  readonly refused?: boolean;
  /** The step in which it hangs until it is killed. */
  readonly hangs?: string;
}

/** Three steps, of which the second is watched. */
export function journalOf(folder: string, over: Partial<Journal> = {}): Journal {
  return {
    version: 1,
    request: "deploy",
    file: join(folder, "stack"),
    before: "before",
    stages: [
      { step: "one", text: "first", watched: false },
      { step: "two", text: "second", watched: true },
      { step: "three", text: "third", watched: false },
    ],
    namespaces: ["a"],
    takesBack: true,
    done: 0,
    undoing: false,
    process: thisProcess(),
    record: {
      version: 1,
      operation: "op",
      kind: "deploy",
      platform: "chest-xray",
      who: "somebody",
      emergency: false,
      automatic: false,
      from: "v0",
      changes: [],
      notes: [],
      started: new Date().toISOString(),
    },
    ...over,
  };
}

export function fileWorld(folder: string, failures: Failures = {}): World {
  const journal = join(folder, "journal");
  let text = "";
  let step = "";
  const done = (line: string): void => {
    appendFileSync(join(folder, "history"), `${line}\n`);
  };
  return {
    readStackFile: (file) => readFileSync(file, "utf8"),
    keepAside: (content) => {
      writeFileSync(join(folder, "edited"), content);
      return "edited";
    },
    writeStackFile: (file, content) => {
      text = content;
      writeFileSync(file, content);
    },
    writeJournal: (content) => {
      writeJournal(journal, content);
    },
    removeJournal: () => {
      removeJournal(journal);
    },
    apply: async (record, onBegin) => {
      ({ step } = record);
      if (failures.refused === true) throw new Error("settings are wrong");
      onBegin();
      if (failures.hangs === step) {
        process.stdout.write("hangs\n");
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      }
      done(`applied ${step}: ${text}`);
      const error = failures.apply?.[step];
      if (error !== undefined) throw error;
      return {};
    },
    record: (record) => {
      done(`${String(record.result)}, users get ${String(record.serving)}`);
      return Promise.resolve();
    },
    validate: () => Promise.resolve(failures.validate?.[step] ?? { notes: [] }),
    watch: () => {
      done("watched");
      const { trigger } = failures;
      return Promise.resolve({ notes: [], ...(trigger === undefined ? {} : { trigger }) });
    },
    serving: () => "v1",
    say: () => undefined,
  };
}

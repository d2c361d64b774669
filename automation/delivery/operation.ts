/**
 * An operation on a stack: texts of the stack file, brought to the cluster one after the other, judged, and taken back
 * where one fails. What it does is in its journal, so that another process can finish it or undo it.
 */
import { isDeepStrictEqual } from "node:util";
import { failure, messageOf, waiting, type CommandError } from "../exit.ts";
import { thisProcess, type Journal, type Stage } from "./journal.ts";
import type { DeliveryRecord, Result } from "./record.ts";
import type { WatchResult } from "./watch.ts";

/** What a validation found. */
export interface Verdict {
  /** Why it is not good; nothing where it is. */
  readonly wrong?: string;
  /** What waits for `promote`; nothing where nothing does. */
  readonly waiting?: string;
  /** What was not looked at. */
  readonly notes: readonly string[];
}

/** What an operation does to the world: a stack's file, engine, cluster and metrics. Tests have one of their own. */
export interface World {
  readonly readStackFile: (file: string) => string;
  readonly writeStackFile: (file: string, text: string) => void;
  /** Keeps a text of the stack file that somebody else wrote, and returns where. */
  readonly keepAside: (text: string) => string;
  readonly writeJournal: (journal: Journal) => void;
  readonly removeJournal: () => void;
  /**
   * Brings the cluster to what the stack file says, with the record in the history.
   * @param onBegin called before the first change.
   */
  readonly apply: (record: DeliveryRecord, onBegin: () => void) => Promise<{ readonly commit?: string }>;
  /** Writes a record into the history, and changes nothing. */
  readonly record: (record: DeliveryRecord) => Promise<void>;
  /** Waits for rollouts, and asks every server how it is. */
  readonly validate: (namespaces: readonly string[]) => Promise<Verdict>;
  readonly watch: (namespaces: readonly string[]) => Promise<WatchResult>;
  /** The version that users get, by the stack file as it is now. */
  readonly serving: () => string | undefined;
  readonly say: (line: string) => void;
}

/** How an operation ended. */
export interface Ending {
  readonly result: Result;
  readonly because?: string;
  readonly notes: readonly string[];
  readonly commit?: string;
}

/** Carries an operation to its end, from wherever its journal says that it stands. */
export async function carryOutOperation(world: World, begun: Journal): Promise<Ending> {
  const run = new Run(world, begun);
  return begun.undoing
    ? await run.takeBack("it was being taken back when its process ended")
    : await run.go();
}

/** Takes an unfinished operation back. */
export async function undoOperation(world: World, begun: Journal, because: string): Promise<Ending> {
  return await new Run(world, begun).takeBack(because, "undone");
}

class Run {
  readonly #world: World;
  readonly #notes: string[];
  /** As it was taken up: by the process that planned it, or, where that ended in the middle, by another. */
  readonly #begun: Journal;
  #journal: Journal;
  #commit: string | undefined;

  constructor(world: World, begun: Journal) {
    this.#world = world;
    this.#begun = begun;
    this.#journal = { ...begun, process: thisProcess() };
    this.#notes = [...begun.record.notes];
    world.writeJournal(this.#journal);
  }

  async go(): Promise<Ending> {
    for (const stage of this.#journal.stages.slice(this.#journal.done)) {
      const wrong = await this.#carryOut(stage);
      if (typeof wrong === "string") return await this.#wrong(wrong);
      if (wrong !== undefined) return await this.#end("waiting", wrong.waiting);
      this.#keep({ done: this.#journal.done + 1 });
    }
    return await this.#end("succeeded");
  }

  /** Why a stage failed, or what waits; nothing where it is done. */
  async #carryOut({ step, text, watched }: Stage): Promise<string | { waiting: string } | undefined> {
    this.#world.say(step);
    const refused = await this.#bring(text, step);
    if (refused !== undefined) return refused;
    const { wrong, waiting, notes } = await this.#world.validate(this.#journal.namespaces);
    this.#note(notes);
    if (wrong !== undefined) return wrong;
    if (waiting !== undefined) return { waiting };
    if (!watched) return undefined;
    const result = await this.#world.watch(this.#journal.namespaces);
    this.#note(result.notes);
    return result.trigger && `${result.trigger.name}: ${result.trigger.reason}`;
  }

  /** Why the cluster could not be brought there; an interruption, and what fails before it begins, ends the command. */
  async #bring(text: string, step: string): Promise<string | undefined> {
    const progress = { begun: false };
    this.#write(text);
    try {
      const { commit } = await this.#world.apply(this.#recordOf(step), () => {
        progress.begun = true;
      });
      this.#commit = commit ?? this.#commit;
      return undefined;
    } catch (error) {
      if (isInterruption(error)) throw error;
      if (!progress.begun && this.#journal.done === this.#begun.done) {
        // What another process changed already is known from its journal alone: that stays.
        if (isDeepStrictEqual(this.#begun.process, thisProcess())) {
          this.#write(this.#journal.before);
          this.#world.removeJournal();
        }
        throw error;
      }
      return messageOf(error);
    }
  }

  /** The operation goes on with its own texts; what somebody wrote there meanwhile is not lost. */
  #write(text: string): void {
    const { file, before, fallback, stages } = this.#journal;
    const found = this.#world.readStackFile(file);
    if (![before, fallback, ...stages.map((stage) => stage.text)].includes(found)) {
      const kept = `the stack file was edited meanwhile; what it said is kept in ${this.#world.keepAside(found)}`;
      this.#world.say(kept);
      this.#note([kept]);
    }
    this.#world.writeStackFile(file, text);
  }

  async #wrong(because: string): Promise<Ending> {
    this.#world.say(`Wrong: ${because}`);
    return this.#journal.takesBack ? await this.takeBack(because) : await this.#end("failed", because);
  }

  async takeBack(because: string, result: Result = "rolled-back"): Promise<Ending> {
    this.#keep({ undoing: true });
    const step = result === "undone" ? "undone" : "taken back";
    this.#world.say(`Taking it back: ${because}`);
    const text = this.#journal.fallback ?? this.#journal.before;
    const automatic = { ...this.#recordOf(step), automatic: result === "rolled-back", because };
    this.#write(text);
    const { commit } = await this.#world.apply(automatic, () => undefined);
    this.#commit = commit ?? this.#commit;
    const { wrong, notes } = await this.#world.validate(this.#journal.namespaces);
    this.#note(notes);
    if (wrong !== undefined) this.#note([`after it was taken back: ${wrong}`]);
    return await this.#end(result, because);
  }

  async #end(result: Result, because?: string): Promise<Ending> {
    // What waits is not what users get: not all of them, or none.
    const serving = result === "waiting" ? this.#journal.record.from : this.#world.serving();
    await this.#world.record({
      ...this.#recordOf(result),
      result,
      ...(because === undefined ? {} : { because }),
      ...(serving === undefined ? {} : { serving }),
    });
    this.#world.removeJournal();
    return {
      result,
      notes: this.#notes,
      ...(because === undefined ? {} : { because }),
      ...(this.#commit === undefined ? {} : { commit: this.#commit }),
    };
  }

  #recordOf(step: string): DeliveryRecord {
    return {
      ...this.#journal.record,
      notes: this.#notes,
      step,
      ...(this.#commit === undefined ? {} : { commit: this.#commit }),
    };
  }

  #note(notes: readonly string[]): void {
    for (const note of notes) if (!this.#notes.includes(note)) this.#notes.push(note);
  }

  #keep(change: Partial<Journal>): void {
    this.#journal = { ...this.#journal, ...change, record: { ...this.#journal.record, notes: this.#notes } };
    this.#world.writeJournal(this.#journal);
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && "ending" in error && (error as CommandError).ending === "interrupted";
}

/**
 * What the command ends with: nothing where it is done, an error where it was taken back, failed, or waits for a person.
 * @param where how the stack is named to the commands that go on or back.
 */
export function errorOf(
  { result, because = "" }: Pick<Ending, "result" | "because">,
  what: string,
  where: string,
): CommandError | undefined {
  if (result === "rolled-back") return failure(`${what} was taken back: ${because}.`);
  if (result === "waiting")
    return waiting(
      `${what} waits for a person: ${because}.`,
      `./quint promote ${where} lets the new version in.`,
      `./quint rollback ${where} --reason "..." takes it back, settings and all.`,
    );
  return result === "failed" ? failure(`${what} failed: ${because}.`) : undefined;
}

/** A process that hangs in the second step of an operation: the test kills it. */
import { carryOutOperation } from "../../../automation/delivery/operation.ts";
import { fileWorld, journalOf } from "./file-world.ts";

const [folder = ""] = process.argv.slice(2);
await carryOutOperation(fileWorld(folder, { hangs: "two" }), journalOf(folder));

/** Recording a program in three quarters of the time. */
import { SettingsError } from "../../config/index.ts";
import { record, type Recording, type RecordOptions } from "./record.ts";

/**
 * Records a program without stack traces. One that fails is recorded again with them, so that its error says where; of
 * settings that are wrong the message says it all.
 *
 * @throws what {@link record} throws.
 */
export async function recordQuickly(options: RecordOptions): Promise<Recording> {
  try {
    return await record({ ...options, traces: false });
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    return await record(options);
  }
}

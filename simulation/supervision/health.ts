/** Asks a process over TLS, with a client certificate, whether it is well. */
import { clientAs } from "../api/credentials.ts";
import type { HealthQuestion } from "../control-plane/processes.ts";
import type { ClusterFolder } from "../folder.ts";

/** Whether the question is answered with 200 just now. */
export async function answersWell(question: HealthQuestion, paths: ClusterFolder): Promise<boolean> {
  const url = new URL(question.url);
  const client = clientAs(paths, url.origin, question.authority, question.client);
  try {
    return await client.answers(url.pathname);
  } finally {
    client.close();
  }
}

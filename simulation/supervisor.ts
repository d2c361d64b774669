/** The process that keeps a simulated cluster alive: `node supervisor.ts <cluster folder> <stack>`, by `startCluster` alone. */
import { readDescription } from "./control-plane/description.ts";
import { processesOf } from "./control-plane/processes.ts";
import { plantSeed } from "./crds/seed.ts";
import { atFolder } from "./folder.ts";
import { supervise, supervisedCluster } from "./supervision/supervise.ts";
import { Supervision } from "./supervision/supervision.ts";

const { folder, stack } = supervisedCluster();
const paths = atFolder(folder, stack);

await supervise(paths.supervisorLock, () => {
  const description = readDescription(paths);
  if (description === undefined) throw new Error(`${paths.description} is missing or unreadable`);
  return new Supervision(processesOf(description, paths), paths, {
    etcd: async () => {
      const planted = await plantSeed(description.seed, description, paths);
      if (planted > 0) console.log(`Put ${planted} registered definitions into etcd.`);
    },
  });
});

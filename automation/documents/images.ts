/** The images of a platform's page: which containers there are, what each answers and reads. */
import type { Platform, WorkloadSpec } from "../../platforms/model/index.ts";
import { code, list, table } from "./markdown.ts";
import { distinct } from "./sizes.ts";

/** What the samples of dev are, and how to run an image of one's own. */
export function imagesIntroduction({ applications: all, name, namespaces }: Platform): string {
  const workload = namespaces.length === 1 ? "WORKLOAD" : "NAMESPACE/WORKLOAD";
  const elsewhere = all
    .flatMap(({ workloads }) => workloads)
    .find(({ settings }) => settings?.image !== undefined)?.settings?.image;
  const setting = ["quint:platforms", name, ...(elsewhere ?? ["workloads", "WORKLOAD", "image"])].join(".");
  return [
    "In dev samples stand in for images that are not set. To run one of your own:",
    "",
    `    ./quint set-image dev ${name}/${workload} registry.example.com/WORKLOAD:TAG`,
    "",
    `or ${elsewhere === undefined ? "" : "e.g. "}${code(setting)} in the stack file. It must listen on the port, answer the`,
    "paths, and run as any user but root with a read-only root file system (`/tmp` can be written).",
  ].join("\n");
}

/** Every container, with its image in dev and in production. */
export function images({ dev, production }: Readonly<Record<"dev" | "production", Platform>>): string {
  const inDev = new Map(containersOf(dev).map(({ name, image }) => [name, image]));
  return table(
    ["workload", "dev", "production", "port", "liveness, readiness", "environment"],
    containersOf(production).map(({ name, image, answers, port, variables }) => [
      code(name),
      code(inDev.get(name) ?? "–"),
      code(image),
      port,
      answers,
      list(variables.map(code)),
    ]),
  );
}

function containersOf(platform: Platform) {
  return platform.applications.flatMap(({ configs, data = [], jobs = [], name: application, workloads }) => {
    const named = (name: string) => distinct(platform, application, name);
    const variablesOf = ({ env = {}, envFromConfigs = [] }: Partial<WorkloadSpec["container"]>) => [
      ...Object.keys(env),
      ...configs
        .filter(({ name }) => envFromConfigs.includes(name))
        .flatMap((config) => Object.keys(config.data)),
    ];
    return [
      ...workloads.map(({ name, container }) => ({
        name: named(name),
        image: container.image,
        port: list(container.ports.map(({ port }) => String(port))),
        answers: `${code(container.probes.liveness.path)}, ${code(container.probes.readiness.path)}`,
        variables: variablesOf(container),
      })),
      ...jobs.map(({ name, container }) => ({
        name: named(name),
        image: container.image,
        port: "–",
        answers: "–",
        variables: variablesOf(container),
      })),
      ...data.flatMap((service) =>
        "image" in service
          ? [
              {
                name: named(service.name),
                image: service.image,
                port: "–",
                answers: "–",
                variables: Object.keys(service.env),
              },
            ]
          : [],
      ),
    ];
  });
}

/** Previews of pull requests as files: a Helm chart that takes the number of the pull request and the tag of its images. */
import { describeStack } from "../../platforms/index.ts";
import { asTemplate, previewMarks } from "../../platforms/model/index.ts";
import { openStack } from "../../config/index.ts";
import { fileName, header, yaml, type Files } from "./layout.ts";
import { kubernetesObjects, type RenderedPreview } from "./objects.ts";
import type { RenderOptions } from "./options.ts";
import { recordQuickly } from "./quick.ts";

/**
 * The previews of a stack; none where its settings ask for none.
 *
 * @throws where one would need a Secret: a file holds no value, and nobody else would make it.
 */
export async function renderPreviews(options: RenderOptions): Promise<RenderedPreview[]> {
  const { settings, engineConfig } = openStack(options);
  const previewed = describeStack(settings).platforms.flatMap(({ name, previews }) =>
    previews === undefined ? [] : [{ platform: name, component: previews.project.name }],
  );
  if (previewed.length === 0) return [];
  const { previews: program } = await import("../../index.ts");
  const config = Object.fromEntries(Object.entries(engineConfig).map(([key, { value }]) => [key, value]));
  const { registrations } = await recordQuickly({ stack: options.stack, config, program });
  return previewed.map(({ platform, component }) => {
    const own = registrations.filter(({ parents }) =>
      parents.includes(`quint:platform:Platform::${component}`),
    );
    const { objects, requiredSecrets } = kubernetesObjects(own);
    const [secret] = requiredSecrets;
    if (secret !== undefined) {
      throw new Error(
        `the preview of ${platform} needs the Secret "${secret.name}", which no cluster would make`,
      );
    }
    return { platform, objects };
  });
}

/** Path below the stack's folder -> text. */
export function previewCharts(stack: string, previews: readonly RenderedPreview[]): Files {
  return new Map(previews.flatMap((preview) => [...chartOf(stack, preview)]));
}

const expressions = { number: "{{ .Values.number }}", tag: "{{ .Values.tag }}" };

function chartOf(stack: string, { platform, objects }: RenderedPreview): Files {
  const folder = `${platform}/preview`;
  const files = new Map([
    [
      `${folder}/Chart.yaml`,
      header(stack) +
        yaml({
          apiVersion: "v2",
          name: `${platform}-preview`,
          description: `${platform} for one pull request`,
          // Argo CD takes it from Git: what it is, the commit says.
          version: "0.0.0",
        }),
    ],
    [`${folder}/values.yaml`, header(stack) + yaml({ number: "", tag: "" })],
    [`${folder}/values.schema.json`, schema(stack)],
  ]);
  for (const object of objects) {
    const name = fileName(object, object.metadata.namespace).replaceAll(previewMarks.number, "number");
    const path = `${folder}/templates/${name}`;
    if (files.has(path)) {
      throw new Error(`two objects would be written to ${path}; give one of them another name`);
    }
    files.set(path, header(stack) + asTemplate(yaml(object), expressions));
  }
  return files;
}

/** What Helm takes of parameters: nothing that could be more than a part of a name. */
function schema(stack: string): string {
  const text = (pattern: string, description: string) => ({ type: "string", pattern, description });
  return `${JSON.stringify(
    {
      $comment: header(stack).replace(/^# /, "").trim(),
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      required: ["number", "tag"],
      properties: {
        number: text("^[1-9][0-9]{0,8}$", "Number of the pull request"),
        tag: text("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", "Tag of its images"),
      },
    },
    undefined,
    2,
  )}\n`;
}

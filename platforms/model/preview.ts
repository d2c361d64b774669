/** What is not known of a preview before there is a pull request: marks stand for it, and templates take their place. */

/** Text for each unknown. Valid in every name and label, and nowhere else in a description. */
export const previewMarks = { number: "0pull-request0", tag: "0image-tag0" } as const;

/** Go templates in place of the marks. */
export type PreviewExpressions = Readonly<Record<keyof typeof previewMarks, string>>;

/**
 * A text with expressions in place of its marks. Templates that are there already, as in an ExternalSecret, stay text:
 * what reads this one writes them again.
 */
export function asTemplate(text: string, { number, tag }: PreviewExpressions): string {
  return text
    .replaceAll("{{", "{{`{{`}}")
    .replaceAll(previewMarks.number, number)
    .replaceAll(previewMarks.tag, tag);
}

/** The same for every text of an object. */
export function withExpressions<T>(value: T, expressions: PreviewExpressions): T {
  return JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
    typeof inner === "string" ? asTemplate(inner, expressions) : inner,
  ) as T;
}

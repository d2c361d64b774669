/** What a PromQL expression asks for, by Prometheus' own grammar: names, labels, and whether both sides of an operator can meet. */
import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

export interface KnownSeries {
  readonly labels: ReadonlySet<string>;
  /** Whether it only rises, as far as that is known. */
  readonly counter?: boolean;
  /** What its labels may say, as far as that is a closed set. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

export interface Asked {
  /** Labels that its series may have; nothing for a number. */
  readonly labels: ReadonlySet<string> | undefined;
  /** Every selector, as written. */
  readonly names: readonly string[];
  readonly problems: readonly string[];
}

const rising: ReadonlySet<string> = new Set(["rate", "increase", "irate"]);
const setOperators: ReadonlySet<string> = new Set(["And", "Or", "Unless"]);
/** Nodes that leave the labels of what is in them alone. */
const transparent: ReadonlySet<string> = new Set([
  "PromQL",
  "ParenExpr",
  "UnaryExpr",
  "MatrixSelector",
  "SubqueryExpr",
  "OffsetExpr",
  "StepInvariantExpr",
]);
const expressions: ReadonlySet<string> = new Set([
  ...transparent,
  "BinaryExpr",
  "AggregateExpr",
  "FunctionCall",
  "VectorSelector",
  "NumberDurationLiteral",
  "StringLiteral",
]);

/** Looks at an expression, given what is known by name. Grafana's and Rollouts' variables stand for a value each. */
export function ask(expression: string, known: (name: string) => KnownSeries | undefined): Asked {
  const text = expression
    .replaceAll(/\$__(rate_interval|interval|range)|\$\{__(rate_interval|interval|range)\}/g, "5m")
    .replaceAll(/\[\{\{[^}]+\}\}/g, "[5m");
  const tree = parser.parse(text);
  const wrong = deep(tree.topNode, "⚠")[0];
  if (wrong !== undefined) {
    const problem = `is no PromQL, from ${JSON.stringify(text.slice(wrong.from, wrong.from + 40))} on`;
    return { labels: undefined, names: [], problems: [problem] };
  }
  const question = new Question(text, known);
  const labels = question.labelsOf(tree.topNode);
  return { labels, names: question.names, problems: question.problems };
}

class Question {
  readonly names: string[] = [];
  readonly problems: string[] = [];
  private readonly text: string;
  private readonly known: (name: string) => KnownSeries | undefined;

  constructor(text: string, known: (name: string) => KnownSeries | undefined) {
    this.text = text;
    this.known = known;
  }

  labelsOf(node: SyntaxNode): ReadonlySet<string> | undefined {
    if (transparent.has(node.name)) {
      const inner = inside(node)[0];
      return inner && this.labelsOf(inner);
    }
    switch (node.name) {
      case "VectorSelector":
        return this.selector(node);
      case "AggregateExpr":
        return this.aggregate(node);
      case "FunctionCall":
        return this.call(node);
      case "BinaryExpr":
        return this.binary(node);
      default:
        return undefined;
    }
  }

  private selector(node: SyntaxNode): ReadonlySet<string> {
    const identifier = node.getChild("Identifier");
    const name = identifier ? this.textOf(identifier) : "";
    this.names.push(name);
    const series = this.known(name);
    if (series === undefined) {
      this.problems.push(`asks for ${name || this.textOf(node)}, which nothing gives`);
      return new Set();
    }
    for (const { label, value, regular } of this.matchers(node)) {
      if (!series.labels.has(label)) this.problems.push(`${name} has no label ${label}`);
      const said = series.values?.[label] ?? [];
      const words = regular ? value.split("|") : [value];
      for (const word of said.length === 0 ? [] : words) {
        if (!said.some((each) => (regular ? new RegExp(`^(?:${word})$`).test(each) : each === word)))
          this.problems.push(`${label} of ${name} is never "${word}", but ${said.join(", ")}`);
      }
    }
    return series.labels;
  }

  private matchers(node: SyntaxNode) {
    return (node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []).map((matcher) => ({
      label: this.textOf(matcher.getChild("LabelName")!),
      equal: (matcher.getChild("MatchOp")?.getChild("EqlSingle") ?? null) !== null,
      regular: this.textOf(matcher.getChild("MatchOp")!).endsWith("~"),
      value: this.textOf(matcher.getChild("StringLiteral")!).slice(1, -1),
    }));
  }

  private aggregate(node: SyntaxNode): ReadonlySet<string> {
    const operator = this.textOf(node.getChild("AggregateOp")!);
    const parts = inside(node.getChild("FunctionCallBody")!).map((part) => this.labelsOf(part));
    const of = parts.at(-1) ?? new Set<string>();
    const modifier = node.getChild("AggregateModifier");
    if (modifier === null) return operator === "topk" || operator === "bottomk" ? of : new Set();
    const grouped = this.grouping(modifier)[0] ?? [];
    if (modifier.getChild("Without")) return minus(of, grouped);
    for (const label of grouped) this.mustHave(of, label, this.textOf(node));
    return operator === "topk" || operator === "bottomk" ? of : new Set(grouped);
  }

  private call(node: SyntaxNode): ReadonlySet<string> | undefined {
    const name = this.textOf(node.getChild("FunctionIdentifier")!);
    const parts = inside(node.getChild("FunctionCallBody")!);
    const labels = parts.map((part) => this.labelsOf(part));
    const of = labels.find((each) => each !== undefined);
    if (rising.has(name)) this.mustRise(parts[0], name);
    switch (name) {
      case "vector":
        return new Set();
      case "absent":
      case "absent_over_time": {
        const [selector] = deep(node, "VectorSelector");
        const equal = selector ? this.matchers(selector).filter((matcher) => matcher.equal) : [];
        return new Set(equal.map(({ label }) => label));
      }
      case "histogram_quantile":
      case "histogram_fraction":
        this.mustHave(of ?? new Set(), "le", this.textOf(node));
        return minus(of ?? new Set(), ["le"]);
      case "label_replace":
        return new Set([...(of ?? []), this.textOf(parts[1]!).slice(1, -1)]);
      case "scalar":
      case "time":
        return undefined;
      default:
        return of;
    }
  }

  private binary(node: SyntaxNode): ReadonlySet<string> | undefined {
    const [leftNode, rightNode] = inside(node) as [SyntaxNode, SyntaxNode];
    const left = this.labelsOf(leftNode);
    const right = this.labelsOf(rightNode);
    if (left === undefined || right === undefined) return left ?? right;
    const operator = childrenOf(node).find(({ name }) => setOperators.has(name))?.name;
    if (operator === "Or") return new Set([...left, ...right]);
    const clause = node.getChild("MatchingModifierClause");
    const [matched = [], included = []] = clause === null ? [] : this.grouping(clause);
    const on = (clause?.getChild("On") ?? null) !== null;
    for (const label of matched) {
      for (const side of on ? [left, right] : [new Set([...left, ...right])])
        this.mustHave(side, label, this.textOf(node));
    }
    if (!on) {
      const sides = [minus(left, matched), minus(right, matched)].map((side) => [...side].sort().join(", "));
      if (sides[0] !== sides[1]) {
        this.problems.push(
          `two sides never meet, {${sides[0] ?? ""}} and {${sides[1] ?? ""}}: ${this.textOf(node).slice(0, 100)}`,
        );
      }
    }
    if (operator !== undefined) return left;
    if (clause?.getChild("GroupLeft")) return new Set([...left, ...included]);
    if (clause?.getChild("GroupRight")) return new Set([...right, ...included]);
    return on ? new Set(matched) : minus(left, matched);
  }

  private grouping(node: SyntaxNode): string[][] {
    return node
      .getChildren("GroupingLabels")
      .map((labels) => labels.getChildren("LabelName").map((label) => this.textOf(label)));
  }

  private mustHave(labels: ReadonlySet<string>, label: string, where: string): void {
    if (!labels.has(label)) this.problems.push(`there is no label ${label} in: ${where.slice(0, 100)}`);
  }

  private mustRise(part: SyntaxNode | undefined, name: string): void {
    const [selector] =
      part === undefined
        ? []
        : [part, ...deep(part, "VectorSelector")].filter((node) => node.name === "VectorSelector");
    const identifier = selector?.getChild("Identifier");
    const series = identifier ? this.known(this.textOf(identifier)) : undefined;
    if (identifier && series?.counter === false) {
      this.problems.push(`${name}() of ${this.textOf(identifier)}, which is a gauge`);
    }
  }

  private textOf({ from, to }: SyntaxNode): string {
    return this.text.slice(from, to);
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The expressions among a node's children. */
function inside(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => expressions.has(name));
}

function deep(node: SyntaxNode, name: string): SyntaxNode[] {
  return childrenOf(node).flatMap((child) => (child.name === name ? [child] : deep(child, name)));
}

function minus(labels: ReadonlySet<string>, less: readonly string[]): ReadonlySet<string> {
  return new Set([...labels].filter((label) => !less.includes(label)));
}

/** How a case of an alert is written: series that make it fire, and series that look alike and do not. */

/** Where an instance of an alert is; written down here and in the tables beside, and not read from the rules. */
export interface Place {
  readonly owner: string;
  readonly namespace: string;
  /** Name of a data store. */
  readonly store: string;
}

/** Series -> values in promtool's notation (`0+5x60`: 60 more, each 5 above the one before). */
export type SeriesValues = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly fires: SeriesValues;
  readonly quiet: SeriesValues;
  /** When it is looked at, e.g. `30m`; left out: `40m`. */
  readonly at?: string;
  /** Time between two values and two evaluations; left out: `1m`. */
  readonly interval?: string;
}

export type CaseOf = (place: Place) => AlertCase;

/** A value all the time. */
export const steady = (value: number): string => `${value}x400`;
/** So much more with every value. */
export const growing = (by: number): string => `0+${by}x400`;

/** Labels as a selector writes them. */
export function series(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${text.join(",")}}`;
}

/** The same series with another value: the difference between firing and quiet is the value alone. */
export function valued(name: string, bad: string, good: string, more: Partial<AlertCase> = {}): AlertCase {
  return { fires: { [name]: bad }, quiet: { [name]: good }, ...more };
}

/** How much runs for real on an embedded cluster. Apart from the schema, so that the command line reads it without one. */
export const realChoices = ["none", "samples", "all"] as const;

/** Nothing, the sample application and what watches it, or everything in the table of `simulation/images/`. */
export type RealChoice = (typeof realChoices)[number];

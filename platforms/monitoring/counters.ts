/** Whether a counter rose, also when it was for the first time. */

/**
 * Groups in which a counter rose within a window. Many programs write a counter once there is something to count: it
 * begins with 1, and `increase` sees nothing of that. Such a one counts as risen while it is younger than the window,
 * unless nothing at all was scraped back then and everything looks young.
 *
 * @param counter a selector.
 * @param by labels of the answer.
 */
export function rose(counter: string, window: string, by: string): string {
  const sum = `sum by (${by})`;
  return (
    `${sum} (increase(${counter}[${window}])) > 0 or ` +
    `${sum} (${counter} unless ${counter} offset ${window}) > 0 and on () count(up offset ${window})`
  );
}

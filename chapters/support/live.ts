/**
 * What differs from one live run to the next, taken out. Real processes have other pids, ports and times each time; two runs
 * that said the same are equal after this.
 */

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  // Times of day, and dates.
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?(?:[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+ \d\d:\d\d:\d\d \w+ \d{4}/g, '<time>'],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [/\b1[6-9]\d{11}\b/g, '<time>'],
  // Spans of time.
  [/\b\d+(?:\.\d+)? ?(?:ms|s|seconds?|milliseconds?|minutes?)\b/g, '<span>'],
  // Temporary folders, up to the name that was drawn.
  [/(?:\/private)?\/(?:tmp|var\/folders)\/[\w./+-]*/g, '<folder>'],
  // Session ids have all eight bytes; zxids fewer.
  [/\b0x[\da-f]{13,16}\b/g, '<session>'],
  [/\b0x[\da-f]{9,12}\b/g, '<zxid>'],
  [/\b(127\.0\.0\.1|localhost|\[?::1\]?|0\.0\.0\.0)[:/ ]\d{2,5}\b/g, '$1:<port>'],
  [/\b(port|pid|process)([ =:]+)\d+\b/gi, '$1$2<number>'],
  // Columns are as wide as what stands in them.
  [/[─=-]{3,}/g, '---'],
  [/ {2,}/g, '  '],
]

/** The text without pids, ports, times, session ids, zxids, temporary paths and the widths of columns. */
export function normalised(text: string): string {
  return VOLATILE.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

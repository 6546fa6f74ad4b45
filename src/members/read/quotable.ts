// What a file says, as it may be shown: whatever stands in it, a terminal only writes it.

/** On one line, without control characters and invisible marks, and cut in no letter's middle. */
export function quotable(text: string, most: number): string {
  const plain = text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .trim();
  return plain.length > most ? `${plain.slice(0, most - 1).toWellFormed()}…` : plain;
}

/**
 * What two texts are compared by, to see whether they say the same: case, spaces, punctuation and signs aside.
 * Where there is nothing else in a text, its signs count.
 */
export function comparable(text: string): string {
  const plain = text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  // The variation selectors of emoji are marks too, but say nothing.
  return plain.replace(/[^\p{L}\p{Mn}\p{Mc}\p{N}]|[\ufe00-\ufe0f]/gu, "") || plain;
}

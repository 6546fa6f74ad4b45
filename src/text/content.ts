/** Pages and e-mail addresses. */
const LINK = /(?<!\S)(?:[a-z]+:\/\/|www\.)\S+|\S+@\S+|(?<!\S)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/\S*)?(?!\S)/gi;
/** Some of them count as letters, such as ℹ. */
const EMOJI = /\p{Extended_Pictographic}/gu;

/** As it is compared: case, accents, spaces and signs aside. */
const lettersOf = (text: string): string =>
  text
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

/** Whether a text says whom it is from, by this name. */
export const saysFrom = (text: string, organization: string): boolean =>
  lettersOf(text).includes(lettersOf(organization));

/** Whether a text has words beside the name of whom it is from; numbers, signs, emoji and links are none. */
export function saysSomething(text: string, organization = ""): boolean {
  const name = lettersOf(organization);
  const letters = lettersOf(text.replace(LINK, " ").replace(EMOJI, " "));
  const own = name === "" ? letters : letters.replaceAll(name, " ");
  // One letter alone is a slip of the finger, but for scripts in which it is a word.
  return /\p{L}\P{L}*\p{L}|\p{Ideographic}/u.test(own);
}

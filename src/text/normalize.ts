import { SegmentedMessage } from "sms-segments-calculator";

// A joiner inside an emoji and the tags of a flag are format characters too, and stay.
const INVISIBLE = /(?!\n|\u200d|[\u{e0000}-\u{e007f}])[\p{Cc}\p{Cf}]/gu;

/**
 * The text as it goes out: curly quotes, dashes and the like in the form that costs one character
 * (Twilio's Smart Encoding, from Twilio's own package), without invisible characters, with plain
 * spaces and line ends. Accents stay: they are spelling.
 */
export function normalizeText(text: string): string {
  const plain = text
    .toWellFormed()
    .normalize("NFC")
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    // One space each; Smart Encoding would make two of some, and seven of a tab.
    .replace(/[^\S\n\ufeff]/g, " ")
    .replace(INVISIBLE, "");
  return new SegmentedMessage(plain, "auto", true).graphemes.join("").replace(/ +$/gm, "").trim();
}

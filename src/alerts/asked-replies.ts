// Whether a text asks members to reply with a word that the phone network, or Headgate, takes for a command.
import { readKeyword } from "../opt-outs/keywords.ts";

export type AskedReply = {
  /** As the text has it. */
  word: string;
  /** What such a reply does. `like`: one of them in another language, which some senders are set up to act on. */
  does: "stop" | "start" | "help" | "like";
};

const setOf = (words: string) => new Set(words.split(" "));

const LIKE = setOf(
  "SI SÍ ALTO PARE PARAR BASTA CANCELAR FIN BAJA ALTA AYUDA OUI ARRET ARRÊT ARRÊTER AIDE SUBSCRIBE",
);
/** Whoever says one of these wants an answer: in English, Spanish and French. */
const ANSWER = setOf(
  "reply replies replying respond responding answer answering rsvp confirm text texting txt type typing " +
    "responda respondan responde responder conteste contesten contesta contestar confirme " +
    "répondez répondre réponds repondez repondre texter textez",
);
/** These may also mean something else, as in "send help". */
const SEND = setOf(
  "send sending write writing message messaging envíe envie envía envia enviar escriba escribe escribir mande " +
    "manda mandar envoyez envoyer écrivez écrire",
);
/** What may stand between the two: "reply to this message with the word YES". */
const BETWEEN = setOf(
  "back with by using via a an the of one word words just only simply either us to this that our text message " +
    "sms number phone at in please yes no y n or con por la el un una palabra este esta mensaje texto al número " +
    "numero solo sólo o par avec le ce cette mot au à de ou",
);
/** At most this many words stand between. */
const FAR = 9;

type Token = { word: string; isMarked: boolean };

/** Its words and numbers, and "." where a sentence ends. Marked is what stands in quotes, or in capitals alone. */
function readTokens(text: string): Token[] {
  const isShouted = text === text.toUpperCase();
  return [...text.matchAll(/\p{L}[\p{L}\p{M}]*|\d+|[.!?;\n]/gu)].map(({ 0: word, index }) => ({
    word: /[.!?;\n]/.test(word) ? "." : word,
    isMarked:
      /["'“”‘’«*_([]/.test(text[index - 1] ?? "") ||
      (!isShouted && word.length > 1 && word === word.toUpperCase() && /\p{L}/u.test(word)),
  }));
}

function meaningOf(word: string): AskedReply["does"] | undefined {
  return readKeyword(word)?.kind ?? (LIKE.has(word.toUpperCase()) ? "like" : undefined);
}

/** The first such word that the text asks for. */
export function findAskedReply(text: string): AskedReply | undefined {
  const tokens = readTokens(text.normalize("NFC"));
  for (const [at, { word: verb }] of tokens.entries()) {
    const answers = ANSWER.has(verb.toLowerCase());
    if (!answers && !SEND.has(verb.toLowerCase())) continue;
    let isNear = true;
    let before = verb;
    for (const { word, isMarked } of tokens.slice(at + 1, at + 1 + FAR)) {
      if (word === ".") break;
      const does = meaningOf(word);
      // "Text us to cancel" asks for no word; "send help" asks for help.
      const isPlain = isNear && before.toLowerCase() !== "to" && (answers || does !== "help");
      if (does && (isMarked || isPlain)) return { word, does };
      isNear &&= BETWEEN.has(word.toLowerCase()) || /^\d+$/.test(word);
      before = word;
    }
  }
  return undefined;
}

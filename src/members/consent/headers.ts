// What a column's name says about texts: who wants them, who doesn't, or that it may be about that.
import { plainWords } from "./cells.ts";

/**
 * - `opt-in`, `opt-out`: its yes is a Yes to texts, or a No
 * - `maybe in`, `maybe out`: it may be about that; then its no, or all but its no, is asked about
 * - `doubtful`: it is about that, and nobody can tell which way round: whatever stands there is asked about
 * - `notes`: written freely
 * - `other channel`: about e-mail and the like; `elsewhere`: about something else, such as bills
 * - `unknown`: nothing is known of it
 */
export type HeaderMeaning =
  | "opt-in"
  | "opt-out"
  | "maybe in"
  | "maybe out"
  | "doubtful"
  | "notes"
  | "other channel"
  | "elsewhere"
  | "unknown";

/** The words of a name, those that are written together too: "SMSOptIn" is "sms opt in". */
export const headerWords = (header: string): string =>
  plainWords(header.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2"))
    .replace(/\b(opt|opted)(in|out)\b/g, "$1 $2")
    .replace(
      /\bdo ?not ?(?=(text|txt|sms|contact|call|message|msg|mail|e ?mail|disturb|notify|send))/g,
      "do not ",
    )
    .replace(/\b(ok|okay)to(?=(text|sms))/g, "ok to ")
    .replace(/\b(sms|text|texts|txt)(?=(opt|consent|ok|alert|message|permission))/g, "$1 ")
    .replace(/ ?\b(y (or )?n|yes (or )?no|true (or )?false|t f|s n|si (o )?no|o n|oui (ou )?non|1 0)\b/, "")
    .replace(/\s+/g, " ")
    .trim();

const TEXT = "(texts?|texting|texted|txts?|sms|mms|textos?|text ?messages?)";
const ABOUT = `(${TEXT}|messages?|messaging|msgs?|alerts?|notifications?|mensajes?|avisos?|alertas?|alertes?)`;
const any = (...patterns: string[]) => new RegExp(`\\b(${patterns.join("|")})\\b`);

const IS_TEXT = any(TEXT);
const IS_CALL = any(
  "calls?",
  "calling",
  "phone",
  "voice",
  "dial",
  "llamar",
  "llamadas?",
  "appeler",
  "appels?",
);
const IS_OTHER_CHANNEL = any(
  "e ?mails?|mails?|mailing|mailings|newsletters?|postal|post|print|fax|whatsapp|correo|courriel|web|portal|online",
);
const IS_ELSEWHERE = any(
  "paper\\w*|auto ?pay\\w*|e ?bill\\w*|bill\\w*|own(er)?s?|rent\\w*|tenants?|occup\\w*|vot\\w*|board|tax\\w*|exempt",
  "senior|pool|meter\\w*|backflow|irrigat\\w*|wells?|septic|leaks?|deposit|liens?|vacant|seasonal|sewer|hydrant",
  "pets?|dogs?|gate|key|lock\\w*|paid|past due|balance|shares?|stock|quorum|proxy|livestock|street|address|city|town",
  "first name|last name|birth\\w*|dob|route|lot|parcel",
);
/** What turns a name round. Two of them, or one that is not understood, and nobody can tell what its yes is. */
const NEGATIVE = new RegExp(
  "\\b(not|no|non|none|dont|doesnt|didnt|wont|cant|cannot|never|without|off|outs?|stop\\w*|end(ed|s)?|declin\\w*|refus\\w*" +
    "|revok\\w*|withdr\\w*|den(y|ied|ies)|reject\\w*|block\\w*|bann?(ed)?|barred|skip\\w*|exempt\\w*|mut(e|ed)|silenc\\w*" +
    "|paus\\w*|hold|leave|cancel\\w*|inactiv\\w*|deactiv\\w*|disabl\\w*|bounc\\w*|remov\\w*|suppress\\w*|exclu\\w*|quit" +
    "|expired?|terminat\\w*|undeliver\\w*|un ?sub\\w*|un ?enrol\\w*|unwanted|un ?opt\\w*|dnc|dnt|sin|sans|ne( pas| plus)?" +
    "|pas|baja|desabon\\w*|desinscri\\w*|desuscri\\w*)\\b",
  "g",
);
/** Texts, or a wish to get what is sent. "Contact" alone is more often a person's name. */
const TOUCHES = any(
  ABOUT,
  "opt|opted|opting|opts|consent\\w*|permission|permiso|subscri\\w*|suscri\\w*|abonn\\w*|enrol\\w*|stop|stopped|replied",
  "contact(ar|er|ed|ing)?|disturb|notify|communicat\\w*|un ?sub\\w*|un ?enrol\\w*|desabon\\w*|desinscri\\w*",
);

const OUT = any(
  `(do not|dont|never|cannot|not to) (be )?(${ABOUT}|contact|notify|disturb|send|receive)`,
  `no (${ABOUT}|contact)`,
  "opt(ed|ing|s)? outs?",
  "un ?sub(scribed?|s)?",
  `(declined?|refused?|refuses|stop(ped)?|blocked|revoked?) (${ABOUT}|consent)`,
  `(${ABOUT}) (declined|refused|refusal|stop(ped)?|blocked|revoked|off)`,
  "no (contactar|enviar|mandar|molestar|recibir|acepta|desea|quiere)",
  `(de )?baja (de )?${ABOUT}`,
  "ne (pas|plus) (contacter|envoyer|deranger|texter|recevoir)",
  "desabonnee?s?|desinscrite?s?",
  `refus (de )?${ABOUT}`,
);
const WILLING =
  "(permission|ok|okay|agree[sd]?|agreement|willing|wants?|accept(s|ed)?|receives?|may|can|allow(s|ed)?|enroll(ed)?|subscribed?|subscription|signed up|sign ?up|send|gets?|authorized?|authorization|approved?|enabled|status|preferences?|pref|active|acepta|autoriza|recibe|recibir|quiere|desea|permiso|accepte|autorise|recevoir|recoit|souhaite)";
const IN = any(
  "opt(ed|ing|s)? ins?",
  "consent(s|ed|imiento|ement)?",
  `${WILLING} .*${ABOUT}`,
  `${ABOUT} .*${WILLING}`,
  `${ABOUT} ${WILLING}`,
);
const ONLY_TEXTS = new RegExp(
  `^(emergency |water |member )?${TEXT}( (alerts?|messages?|messaging|notifications?|updates?|reminders?))*$`,
);
/** What may stand beside: with any other word ("easement consent") it may be about something else. */
const BESIDE = any(
  "to|for|the|of|by|via|from|and|or|we|us|i|you|my|tcpa|written|express|is|has|have|be|given|on|file|in|ok|y|n|de|a|por|par|des|les|los|el|la",
  "text\\w*|txts?|sms|mms|messag\\w*|msgs?|alert\\w*|notif\\w*|mensajes?|avisos?|communications?|contact\\w*",
  "member|customer|subscriber|account|date|flag|status|indicator|preferences?|pref|emergency|mobile|cell|number",
  "opt|opted|opting|opts|out|outs|ins?|do|not|dont|never|no|un ?sub\\w*|consent\\w*|stop\\w*|declined?|refus\\w*",
  "blocked|revoked?|send|enviar|mandar|contactar|molestar|recibir|notify|disturb|off|baja|ne|pas|plus|contacter",
  "envoyer|deranger|texter|desabonn\\w*|desinscrit\\w*|receive\\w*",
  WILLING,
);
const MAYBE_OUT = any(
  "inactive|inactiv[oa]|inactif|dnc|dnt|do not|dont|declined?|refus\\w*|blocked|removed?|suppress\\w*|exclu\\w*",
  "closed|cancel\\w*|terminated|deceased|disabled|former|baja|unlisted",
);
const MAYBE_IN = any(
  "status|statut|estado|active|activ[oa]|actif|contact\\w*|text\\w*|txts?|sms|mms|messag\\w*|msgs?|alert\\w*|notif\\w*",
  "opt|opted|enrol\\w*|communicat\\w*|prefer\\w*|permission|permiso|subscri\\w*|reminders?|avisos?|mensajes?|acepta|autoriza|accepte",
  "autorise|calls?|calling|llamadas?",
);
const HOLDS_OTHER = any("names?|phone|number|no|e ?mail|address|person|title|relationship|emergency contact");
const NOTES = any(
  "notes?|comments?|remarks?|memo|observ\\w*|notas?|comentarios?|remarques?|instructions?|special|misc|info|other",
);

export function readHeader(header: string): HeaderMeaning {
  const words = headerWords(header);
  const isText = IS_TEXT.test(words);
  const isWide = isText || /\b(contact|disturb)/.test(words);
  if (IS_OTHER_CHANNEL.test(words) && !isWide) return "other channel";
  const isSure = (isText || !IS_CALL.test(words)) && words.split(" ").every((word) => BESIDE.test(word));
  const negatives = words.match(NEGATIVE)?.length ?? 0;
  if (negatives === 1 && isSure && OUT.test(words)) return "opt-out";
  if (negatives > 0 && TOUCHES.test(words)) return "doubtful";
  if (IN.test(words) || ONLY_TEXTS.test(words))
    return isSure || ONLY_TEXTS.test(words) ? "opt-in" : "maybe in";
  if (!isText && IS_ELSEWHERE.test(words)) return "elsewhere";
  if (MAYBE_OUT.test(words)) return "maybe out";
  if (NOTES.test(words)) return isText ? "maybe in" : "notes";
  if (MAYBE_IN.test(words) && (isText || !HOLDS_OTHER.test(words))) return "maybe in";
  return words === "" ? "notes" : "unknown";
}

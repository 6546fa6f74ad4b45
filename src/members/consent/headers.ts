// What a column's name says about texts. It is understood only where all of its words are known, because no list of
// the words for a No is ever complete. Where it merely touches texts, contact, consent or how somebody stands, each of
// its values is asked about.
import { plainWords, REFUSING_MARK } from "./cells.ts";

/**
 * - `opt-in`, `opt-out`: its yes is a Yes to texts, or a No
 * - `standing`: whether somebody is a member: "active" is no matter there
 * - `touches`: it may be about texts, and nobody knows how
 * - `other channel`: about e-mail and the like; `elsewhere`: about something else, such as bills
 * - `unknown`: nothing in it tells
 */
export type HeaderMeaning =
  | "opt-in"
  | "opt-out"
  | "standing"
  | "touches"
  | "other channel"
  | "elsewhere"
  | "unknown";

/** The words of a name, those that are written together too: "SMSOptIn" is "sms optin". */
export const headerWords = (header: string): string =>
  plainWords(header.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2"))
    .replace(/\b(sms|texts?|txt|no|non)(?=(opt|consent|ok|alert|message|permission|text|txt|sms))/g, "$1 ")
    .replace(/\b(ok|okay)to(?=(text|sms))/g, "ok to ")
    .replace(/\bdo ?not ?/g, "dont ")
    .replace(/\bopt(ed|ing|s)? ?(in|out)s?\b/g, "opt$2")
    .replace(/\bun ?sub(scribed?|s)?\b/g, "unsubscribed")
    .replace(/ ?\b(y n|n y|yes (or )?no|no yes|true false|t f|s n|si no|o n|oui non|1 0|0 1)$/, "")
    .trim();

const either = (words: string) => `(${words.split(/\s+/).join("|")})`;
const holds = (words: string) => new RegExp(`\\b${either(words)}\\b`);
/** Of these words, and no other. */
const isOf = (words: string) => new RegExp(`^${either(words)}( ${either(words)})*$`);

const TEXT = "texts? texting texted txts? sms mms textos?";
const ABOUT = `${TEXT} messages? messaging msgs? alerts? notifications? mensajes? avisos? alertas? alertes? contact`;
const CONSENT = "optin consent consents consented consentimiento consentement";
const OPTED_OUT = "optout unsubscribed desabonnee?s? desinscrite?s?";
const WILLING = `permission ok okay agree[sd]? agreement willing wants? accept(s|ed)? receives? may can allow(s|ed)?
  enroll(ed)? subscribed subscription signed up signup send gets? authorized? authorization approved? enabled status
  preferences? pref active acepta autoriza recibe recibir quiere desea permiso accepte autorise recevoir recoit
  souhaite updates? reminders?`;
/** What changes nothing in what is said. */
const NEUTRAL = `to for the of by via from and we us i me you my is has have be given on tcpa written express de a por
  par des les los el la member customer subscriber account date flag indicator emergency water mobile cell number file`;

const IS_OF_OPT_IN = isOf(`${CONSENT} ${ABOUT} ${WILLING} ${NEUTRAL}`);
const OPT_IN = [
  holds(`${CONSENT} ${TEXT}`),
  new RegExp(`\\b${either(WILLING)} .*${either(ABOUT)}\\b`),
  new RegExp(`\\b${either(ABOUT)} .*${either(WILLING)}\\b`),
];
const OPT_OUT = holds(OPTED_OUT);
const IS_OF_OPT_OUT = isOf(`${OPTED_OUT} ${ABOUT} ${NEUTRAL} status`);
const SAYS_NO = new RegExp(
  `^(dont|never|no|ne pas|ne plus|declined|refused|refus)( (be|send|receive|get|de|enviar|mandar|recibir))*` +
    ` ${either(`${ABOUT} disturb contactar enviar molestar contacter envoyer deranger texter`)}` +
    `( ${either(`${ABOUT} ${NEUTRAL}`)})*$`,
);
const STANDING = holds("status active estado statut activ[oa] actif");
const IS_OF_STANDING = isOf(
  "account acct member members membership customer subscriber is the status active estado statut activ[oa] actif",
);

/** Somebody to turn to, their numbers, and the day on which that was: "Emergency Contact", "Last contact". */
const IS_OF_CONTACT =
  isOf(`contacts? names? first last full phones? number email e mail address person title relationship
  relation emergency primary secondary alt alternate main other business company home work mobile cell owner tenant
  billing date of id key [1-9]`);
const IS_OF_TEXT_PHONE = isOf(
  `${TEXT} alerts? mobile cell phones? telephone number other alt alternate secondary home work [2-9]`,
);
const IS_OF_NAME = /^preferred (\w+ )?(name|language|phone|number)$/;

const TOUCHES = new RegExp(
  `\\b${either(`te?xt\\w* \\w*sms \\w*mms mess?ag\\w* msgs? alert\\w* notif\\w* mensaj\\w* avisos? announce\\w* broadcasts?
  blasts? reminders? opt opt(s|ed|ing|in|out)\\w* \\w*consent\\w* permission permitted permiso \\w*subscri\\w* suscri\\w*
  \\w*abonn\\w* \\w*inscri\\w* dn[cdt] contact\\w* communicat\\w* prefer\\w* disturb\\w* reach\\w* robocalls? calls? calling
  llamar llamadas? appels? only instead`)}\\b`,
);
/** Goes before another channel: "Text or e-mail", "E-mail only". */
const IS_WIDE = /\b(te?xt\w*|\w*sms|mms|contact\w*|disturb\w*|prefer\w*|only|instead)\b/;
const IS_OTHER_CHANNEL =
  /\b(e ?mails?|mails?|mailing|mailings|newsletters?|postal|post|print|fax|whats ?app|correo|courriel|web|portal|online)\b/;
/** A No, an end, or how somebody stands; of texts, as long as it is of no thing. */
const MAY_BE_NO = new RegExp(
  `\\b${either(`not dont doesnt wont cant cannot never without stop\\w* end ends ended declin\\w* refus\\w* blocked
  blocking den(y|ied) reject\\w* revo[kc]\\w* withdr\\w* cancel\\w* remov\\w* suppress\\w* exclu\\w* exempt\\w* off out mute
  muted silen\\w* paus\\w* hold banned? skip\\w* quit leave left closed terminat\\w* deceased disabled deactivat\\w*
  inactiv\\w* inactif former baja unlisted bounced oppos\\w* object\\w* delet\\w* unenrol\\w* unregist\\w* unlist\\w* unwanted
  disenrol\\w* expired? status statut estado`)}\\b`,
);
const IS_THING =
  /\b(paper\w*|auto ?pay\w*|e ?bill\w*|bill\w*|vot\w*|tax\w*|senior|pool|meter\w*|backflow|irrigat\w*|wells?|septic|leaks?|deposit|liens?|vacan\w*|seasonal|sewer|hydrant|pets?|dogs?|gate|key|lock\w*|paid|pay\w*|due|balance|credit\w*|fees?|charges?|penalt\w*|shares?|stock|quorum|proxy|livestock|street|address|city|town|birth\w*|dob|route|lot|parcel|service|valve|shut\w*|turn|cut|move\w*|lease\w*|contract|job|inspect\w*|permit|easement|plan|rate|loan|order\w*|invoice\w*|usage|water|units?|apt|middle|initials?|m i|direction\w*)\b/;
/** No matter of texts by itself, but they may say No. */
const IS_PERSON = /\b(own(er)?s?|rent\w*|tenants?|occup\w*|board)\b/;

export function readHeader(header: string): HeaderMeaning {
  const name = headerWords(header);
  const touches = TOUCHES.test(name);
  if (REFUSING_MARK.test(header)) return "touches";
  if (IS_OTHER_CHANNEL.test(name) && !(touches && IS_WIDE.test(name))) return "other channel";
  if (SAYS_NO.test(name) || (OPT_OUT.test(name) && IS_OF_OPT_OUT.test(name))) return "opt-out";
  if (IS_OF_OPT_IN.test(name) && OPT_IN.some((form) => form.test(name))) return "opt-in";
  if (STANDING.test(name) && IS_OF_STANDING.test(name)) return "standing";
  const isNamed = name.includes(" ") && !/\b(e ?mail|mail) contact$/.test(name);
  if (isNamed && [IS_OF_CONTACT, IS_OF_TEXT_PHONE, IS_OF_NAME].some((form) => form.test(name)))
    return "unknown";
  if (touches) return "touches";
  if (IS_THING.test(name)) return "elsewhere";
  if (MAY_BE_NO.test(name)) return "touches";
  return IS_PERSON.test(name) ? "elsewhere" : "unknown";
}

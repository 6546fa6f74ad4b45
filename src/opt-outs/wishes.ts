// Wishes to be left in peace, in people's own words: English, Spanish and French. In force in the US is
// "revocation by any reasonable means" (47 CFR 64.1200(a)(10)). What is doubtful is for a person to decide, so a
// false alarm does no harm; and what is about the water is left alone.

/**
 * - `counts`: the law's own word and nothing beside it but courtesy, or what it is about: "Stop. Thank you"
 * - `wish`: somebody should look at it, and decide
 * - `nothing`: it is about something else
 */
export type Wish = "counts" | "wish" | "nothing";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The law's: "stop, quit, end, revoke, opt out, cancel, unsubscribe". */
const LAW = words("stop stopall quit end revoke optout cancel unsubscribe");
const COURTESY =
  words(`please pls plz plss kindly thank thanks thankyou thx ty tx you u now immediately asap ok okay hi
  hello hey sorry sir maam just already and bye a
  por favor porfavor porfa gracias muchas hola ya ahora senor senora
  svp sil vous plait te stp merci beaucoup bonjour`);
/** What a wish is about: with one of the first, STOP can mean nothing else. */
const TEXTS =
  words(`text texts texting txt txts txting txtng message messages messaging msg msgs sms messeges mesages
  alert alerts notification notifications spam spamming`);
const AROUND =
  words(`all the these this those your any more further sending send to me us my our phone number cell
  from with i said im it of mobile again`);

/** The same letter, however it is written: "más" is "mas". */
const plain = (body: string): string =>
  body
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’‘`´]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\b(opt|opting|opted) (me |us )?out\b/g, "optout")
    .replace(/\bstop all\b/g, "stopall")
    .trim();

export const isQuestion = (body: string): boolean => /[?¿؟]/.test(body.normalize("NFKC"));

/** "don't stop", "no paren", "n'arrêtez pas": the opposite. */
const OPPOSITES = [
  /\b(dont|do not|never|not|wont|wouldnt|didnt|doesnt|cant|cannot) (ever |please |want to |want you to |wish to |need to )*(stop|end|quit|cancel|revoke|optout|unsubscribe|remove|delete|take)/,
  /\bno (me |nos |los |las |lo |la |se )?(pare|paren|parar|detenga|detengan|corte|corten|cancele|cancelen|quite|quiten|borre|borren|saque|saquen|dejen? de)\b/,
  /\b(ne |n)(marretez|arretez|arrete|stoppez|supprimez|retirez|menlevez|desabonnez)( [a-z]+)? pas\b/,
];

const A_TEXT =
  "(texts?|texting|txts?|txting|messages?|messaging|msgs?|sms|alerts?|notifications?|spam|spamming)";
const UN_TEXTO = "(mensajes?|textos?|sms|alertas?|avisos?|notificacion|notificaciones|msjs?)";
const UN_MESSAGE = "(messages?|msgs?|sms|textos?|alertes?|avis|notifications?)";

const WISHES = [
  // English
  new RegExp(
    `\\b(stop|stopall|quit|end|cease|cancel|revoke|halt|discontinue)\\b( [a-z]+){0,4} (${A_TEXT}|sending|contacting|calling|bothering|bugging|harassing|writing)\\b`,
  ),
  new RegExp(
    `\\b(no|not want|dont want|dont need|not need|dont like|sick of|tired of|enough)( [a-z]+){0,4} ${A_TEXT}\\b`,
  ),
  /\b(dont|do not|never|not to|no need to|stop) (ever |please )*(text|txt|message|msg|contact|call|write|bother|send|sms)( to)? (me|us|this|my|here|anything|any)\b/,
  /\b(dont|do not|never) (ever |please )*(text|txt|message|contact|bother)( again| anymore| any more)?$/,
  /\b(unsubscribe|unsubscribed|unsub|optout|revoke consent|revoke my consent|withdraw (my )?consent|do not consent|dont consent)\b/,
  /\b(remove|delete|take|get|drop|scratch|erase) (me|us|my|this|our)( [a-z]+){0,3} (off|out|from|list|lists|number|phone)\b/,
  /\b(remove|delete) (me|us|my number|this number|this phone|number)\b|^(remove|delete)$/,
  /\b(off|from) (of )?(this|the|your|ur) (mailing |text |texting |contact |call |phone )?lists?\b/,
  /\b(wrong|incorrect|not the right) (number|person|phone|guy|lady|one)\b|\bhave the wrong\b/,
  /\b(leave|let) (me|us) (alone|be)\b|\blose (my|this) number\b|\bgo away\b/,
  /\b(no longer|not anymore|dont|do not|doesnt|havent|not)( [a-z]+){0,2} (live|own|a member|a customer|member|customer|with the co ?op)( there| here| at| in| anymore| any more| of|$)/,
  /\b(moved away|moved out|have moved|sold (the|my|our) (house|home|place|property))\b/,
  /\bnot interested\b|\bno more$|^no more\b(?! water)|\bwho(ever)? gave you (my|this) number\b|\bdo not disturb\b/,
  // Spanish
  new RegExp(`\\b(no|ya no|basta de|no quiero|sin)( [a-z]+){0,4} ${UN_TEXTO}\\b`),
  /\b(ya )?no (me |nos )(envie|envien|envies|mande|manden|mandes|escriba|escriban|escribas|textee|texteen|moleste|molesten|molestes|contacte|contacten|llame|llamen|llames)\b/,
  /\b(ya )?no (envie|envien|mande|manden|moleste|molesten)( mas)?\b(?! el agua)/,
  new RegExp(
    `\\b(deje|dejen|deja|pare|paren|para|alto|detenga|detengan|cancele|cancelen|cancelar|stop|basta)( [a-z]+){0,4} (${UN_TEXTO}|enviarme|mandarme|escribirme|textearme|molestarme|molestar|enviar|mandar|escribir|textear|contactarme)\\b`,
  ),
  /\b(quite|quiten|quita|borre|borren|borra|saque|saquen|saca|elimine|eliminen|elimina|remueva|remuevan|remover|retire|retiren|dar|darme|dame|deme|denme)(me|nos|lo|la)? (de |mi |este |mi numero |este numero )/,
  /\b(quiteme|quitenme|quitame|borreme|borrenme|borrame|saqueme|saquenme|sacame|elimineme|eliminenme|eliminame|desuscribir|desuscribirme|desuscribanme|desinscribir|desinscribirme)\b/,
  /\b(de baja|dejeme en paz|dejenme en paz|dejame en paz|numero (equivocado|incorrecto)|equivoco de numero|equivocaron de numero|ya no vivo|no soy (miembro|cliente|socio))\b/,
  // French
  new RegExp(
    `\\b(plus|pas|arret|arreter|arretez|stopper|stoppez|cessez|marre)( [a-z]+){0,4} ${UN_MESSAGE}\\b`,
  ),
  /\b(arretez|arrete|cessez|stop) (de |d |dm|m)( ?[a-z]+)? ?(envoyer|ecrire|contacter|texter|deranger|spammer)\b|\barretez de menvoyer\b/,
  /\b(ne |n)?(men|m|me )?(envoyez|ecrivez|contactez|textez|derangez)( moi)? (plus|pas)\b/,
  /\b(desabonner|desabonnez|desabonnement|desabonne|desinscrire|desinscrivez|desinscription|desinscris)( moi)?\b/,
  /\b(retirez|enlevez|supprimez|effacez|rayez|otez|retirer|enlever|supprimer|menlever|me retirer)( moi| mon| ce| le)?( numero)? (de|du|des|numero|liste)\b|\b(retirez|enlevez|supprimez|effacez|rayez) moi\b/,
  /\b(laissez|fichez|foutez) moi (tranquille|la paix|en paix)\b|\b(mauvais|faux) numero\b|\btrompez? de numero\b|\bje ne veux plus\b|\bne (fais|suis) plus (partie|membre|client)\b/,
];

/** Alone, or with courtesy: in a sentence these mean other things ("un recibo muy alto", "l'arrêt de bus"). */
const ALONE = words(`stop stopall quit end revoke optout cancel unsubscribe enough remove
  alto pare paren para parar parenle basta cancelar cancele cancelen detener detenga detengan baja deje dejen
  arret arrete arretez arreter stopper stoppez cessez desabonner desinscription desinscrire`);
const FILLER = words(
  "it this that i im said me my we us mean really right everything all no ya lo esto eso ca cela tout de d j ai dit",
);

export function readWish(body: string): Wish {
  const text = plain(body);
  if (OPPOSITES.some((opposite) => opposite.test(text))) return "nothing";
  const said = text.split(" ");
  const law = readLaw(said);
  if (law !== undefined) return isQuestion(body) ? "wish" : law;
  const rest = said.filter((word) => !COURTESY.has(word) && !FILLER.has(word));
  if (rest.length > 0 && rest.every((word) => ALONE.has(word))) return "wish";
  if (
    /\b(please|pls|plz) (just )?stop\b(?! (the|by|at|in|on|my|our|your|that|this|wasting|leaking|water))/.test(
      text,
    )
  )
    return "wish";
  return WISHES.some((wish) => wish.test(text)) ? "wish" : "nothing";
}

/** These say what is meant; "end", "cancel" and the like may be said of the alert itself: "End of message". */
const PLAIN = words("stop stopall quit unsubscribe optout");

/** The law's own words, alone or about texts. */
function readLaw(said: readonly string[]): "counts" | "wish" | undefined {
  const own = said.filter((word) => !COURTESY.has(word));
  const [first = "", ...others] = own;
  if (!LAW.has(first)) return undefined;
  if (others.every((word) => LAW.has(word))) return "counts";
  const isAbout = others.every((word) => LAW.has(word) || TEXTS.has(word) || AROUND.has(word));
  const isUnmistakable = others.some((word) => TEXTS.has(word)) || ["unsubscribe", "optout"].includes(first);
  if (!isAbout || !isUnmistakable) return undefined;
  return PLAIN.has(first) ? "counts" : "wish";
}

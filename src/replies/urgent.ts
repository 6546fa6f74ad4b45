// Which of members' words somebody should see soon. Pure; what it takes for urgent by mistake does no harm.
import { isQuestion } from "../opt-outs/wishes.ts";

const CRY =
  /\b(help|emergency|urgent|urgently|911|ambulance|hospital|sick|vomiting|poison(ed)?|burst|flood(ed|ing)?|leak(s|ing)?|no water|ayuda|ayudeme|auxilio|socorro|urgente|emergencia|enferm[oa]s?|sin agua|no hay agua|fuga|aide|au secours|urgence|malades?|fuite|pas d'?eau)\b/;
const ASKING =
  /^(who|whose|what|whats|when|where|why|how|which|is|are|was|can|could|should|may|am|does|did|has|have|will (?!do)|do (you|we|i)|any (news|idea|update)|quien|que |cuando|donde|por ?que|como|cual|puedo|podemos|se puede|es segur[oa]|hay |quand|comment|pourquoi|combien|est[- ]ce|peut[- ]on|puis[- ]je|qui |quoi )\b/;

/** A question, or a cry for help. */
export function isUrgent(body: string): boolean {
  const words = body.normalize("NFKD").replace(/\p{M}/gu, "").replace(/’/g, "'").toLowerCase().trim();
  return isQuestion(body) || CRY.test(words) || ASKING.test(words);
}

// What stands in a cell in place of a value: what programs print, and what people write who mean "as above".

/** An error of a spreadsheet's, or a formula that it shows instead of its result. */
const ERROR = /^(#(N\/A|NULL!|[A-Z]+[!?]|DIV\/0!|#+)|err(or)?:?\s*\d*|loading\.*|=.+|undefined|nan)$/i;
const DITTO =
  /^(do\.?|ditto|dto\.?|idem|same|(the )?same as (above|before|previous|last)|as above|see above|[ií]dem|igual)$/i;
const ABSENT = /^(n\.?\/?a\.?|null|nil|none|not (applicable|available)|unknown|blank|empty|true|false|-+)$/i;

/** A ditto mark, a dash, "#N/A", "same as above". */
export const isNoValue = (text: string): boolean =>
  !/[\p{L}\p{N}]/u.test(text) || ERROR.test(text) || DITTO.test(text) || ABSENT.test(text);

/** What ends a printed list: "Printed 3/1/2026", "page 1", "Total". */
export const isFooter = (text: string): boolean =>
  /^((sub|grand )?total|sum|count|page|printed|exported|generated|created|as of|report|end of|run date|date)s?(?=$|[\s:])/i.test(
    text,
  );

/** A program that had no letter for it wrote a question mark: "Jos?", "Nu?ez". */
export const hasLostLetter = (text: string): boolean => /\p{L}\?|\?\p{L}/u.test(text);

// An invented co-op, the same every time: Mill Creek Water Co-op, its members and its board.
// All numbers are 555-01xx, which belong to nobody.
import { type NewChannel, type SlackPerson, TEAM_ID } from "../stand-ins/slack/workspace.ts";
import type { Nature } from "../stand-ins/twilio/phones.ts";

export const cooperative = "Mill Creek Water Co-op";

/** Where it is. */
export const timeZone = "America/Los_Angeles";

/** The number that its texts come from. */
export const sender = "+12065550199";

export const zones = ["North Ridge", "River Road", "Old Town", "Mill Flats"] as const;

/** As a row of the members' file. */
export type MemberRow = { account: string; name: string; phone: string; zone: string; language: string };

const given = [
  ["Ruth", "Harold", "Nadia", "Tom & Judy", "Wendell", "Grace", "Ike", "Marguerite", "Dale", "Soo-jin"],
  ["Owen", "Beth", "Clarence", "Zoë", "Ray", "Ingrid", "Thuy", "Walter", "Fern", "Amos"],
  ["Lena", "Curtis", "Peg", "Björn", "Hattie", "Noel", "Siobhán", "Earl", "Mina", "Jack"],
] as const;
const family = [
  ["Abbott", "Brandvold", "O'Brien", "Chen", "D'Angelo", "Ericksen", "Fairweather", "Grażyński"],
  ["Hollis", "Iverson", "Jansen", "Kowalski", "Lindqvist", "MacLeod", "Nguyễn", "Oyelaran"],
  ["Prewitt", "Quist", "Rasmussen", "St. Clair", "Tanaka", "Underhill", "Voss", "Whitehorse"],
] as const;
const spanishGiven = [
  "María",
  "José Luis",
  "Rosa",
  "Martín",
  "Guadalupe",
  "Andrés",
  "Inés",
  "Óscar",
] as const;
const spanishFamily = ["Núñez", "García Peña", "Ibáñez", "de la Cruz", "Zúñiga"] as const;

const pick = <T>(table: readonly T[], index: number): T => {
  const item = table[index % table.length];
  if (item === undefined) throw new RangeError("Nothing to pick from an empty table.");
  return item;
};

/** +1 206 555 0101 and so on: ninety in each area code; the last ten are kept for the board and the sender. */
const areaCodes = [206, 253, 360];
const number = (index: number) =>
  `+1${pick(areaCodes, Math.floor(index / 90))}555${String(101 + (index % 90)).padStart(4, "0")}`;

const isSpanish = (index: number) => index % 6 === 4;

function namesOf(index: number): [given: string, family: string] {
  if (isSpanish(index)) {
    const nth = Math.floor(index / 6);
    return [pick(spanishGiven, nth), pick(spanishFamily, Math.floor(nth / spanishGiven.length))];
  }
  const table = Math.floor(index / 80);
  // The step after forty keeps ten and eight names from meeting twice.
  return [pick(pick(given, table), index), pick(pick(family, table), index + Math.floor((index % 80) / 40))];
}

const zoneOf = (index: number) =>
  index < 72 ? zones[0] : index < 138 ? zones[1] : index < 198 ? zones[2] : zones[3];

/** Has kept the house here, in Mill Flats, and has a number in Vancouver. */
const LIVES_IN_CANADA = 200;
const abroad = (index: number) => number(index).replace(/^\+1\d{3}/, "+1604");

const hasNoPhone = (index: number) => index % 30 === 17; // 8 members
const sharesWithTheOneBefore = (index: number) => index % 20 === 9; // 12 members, 12 shared numbers

function buildMembers(): MemberRow[] {
  const rows: MemberRow[] = [];
  let used = 0;
  for (let index = 0; index < 240; index++) {
    const neighbor = sharesWithTheOneBefore(index) ? rows[index - 1] : undefined;
    const [firstName, ownFamily] = namesOf(index);
    const [, lastName] = neighbor ? namesOf(index - 1) : [firstName, ownFamily];
    const own = () => (hasNoPhone(index) ? "" : index === LIVES_IN_CANADA ? abroad(used++) : number(used++));
    rows.push({
      account: `MC-${1001 + index}`,
      name: `${firstName} ${lastName}`,
      phone: neighbor ? neighbor.phone : own(),
      zone: zoneOf(index),
      language: isSpanish(index) ? "es" : "en",
    });
  }
  return rows;
}

/** 240 members with 220 phones: 8 have none, 12 share one with another member. */
export const members: readonly MemberRow[] = buildMembers();

const phoneOf = (account: string): string => {
  const phone = members.find((member) => member.account === account)?.phone;
  if (!phone) throw new Error(`Account ${account} has no phone.`);
  return phone;
};

/** Phones that are not simply mobiles. */
export const natures: ReadonlyMap<string, Nature> = new Map([
  [phoneOf("MC-1012"), "landline"],
  [phoneOf("MC-1051"), "landline"],
  [phoneOf("MC-1103"), "landline"],
  [phoneOf("MC-1166"), "landline"],
  [phoneOf("MC-1219"), "voice only"],
  [phoneOf("MC-1083"), "switched off"],
  [phoneOf("MC-1204"), "out of service"],
]);

/** Phones of members who had written STOP before: six. */
export const optedOut: readonly string[] = [
  "MC-1006",
  "MC-1037",
  "MC-1095",
  "MC-1121",
  "MC-1158",
  "MC-1230",
].map(phoneOf);

/** The board's own channel, and one without the app, so that the app also meets one where it may not post. */
export const channels = {
  board: { id: "C0BOARDALERTS", name: "board-alerts", hasApp: true, isPrivate: true },
  general: { id: "C0GENERAL00", name: "general", hasApp: false },
} as const satisfies Record<string, NewChannel>;

const everywhere = Object.values(channels).map(({ id }) => id);

function person(
  id: string,
  name: string,
  realName: string,
  role: string,
  special: Partial<SlackPerson> = {},
): SlackPerson {
  return {
    id,
    name,
    realName,
    role,
    teamId: TEAM_ID,
    isBot: false,
    deleted: false,
    isRestricted: false,
    isUltraRestricted: false,
    isStranger: false,
    channelIds: everywhere,
    ...special,
  };
}

/** Everybody in the workspace, by the name a test would call them. */
export const people = {
  ana: person("U0ANA", "ana", "Ana Ortiz", "Admin, president"),
  walt: person("U0WALT", "walt", "Walt Lindqvist", "Admin, secretary"),
  priya: person("U0PRIYA", "priya", "Priya Raman", "Operator"),
  dale: person("U0DALE", "dale", "Dale O'Connor", "Operator"),
  june: person("U0JUNE", "june", "June Okafor", "Operator"),
  rick: person("U0RICK", "rick", "Rick Sorensen", "Not on the board", { channelIds: [channels.general.id] }),
  gus: person("U0GUS", "gus", "Gus Pruitt", "Guest", { isRestricted: true }),
  opal: person("U0OPAL", "opal", "Opal Jensen", "Left the co-op", { deleted: true }),
  cody: person("U0CODY", "cody", "Cody Blackwell", "From another company", {
    teamId: "T0OTHERCO",
    isStranger: true,
    channelIds: [channels.general.id],
  }),
} as const satisfies Record<string, SlackPerson>;

export const slackPeople: readonly SlackPerson[] = Object.values(people);

/** The allowlist, with the board members' own phones; June has not given hers. */
export const board: readonly { userId: string; role: "admin" | "operator"; phone: string | null }[] = [
  { userId: people.ana.id, role: "admin", phone: "+12065550191" },
  { userId: people.walt.id, role: "admin", phone: "+12065550192" },
  { userId: people.priya.id, role: "operator", phone: "+12065550193" },
  { userId: people.dale.id, role: "operator", phone: "+12065550194" },
  { userId: people.june.id, role: "operator", phone: null },
];

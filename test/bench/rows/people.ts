// What the board does with its people, after years: opens the Home and a member's card, and finds somebody.
import { z } from "zod";
import { listMemberEntries } from "../../../src/audit/audit.ts";
import type { Database } from "../../../src/db/open.ts";
import { readCard } from "../../../src/members/people/card.ts";
import { findMembers } from "../../../src/members/people/find.ts";
import { listNumbersOf } from "../../../src/members/people/theirs.ts";
import { listSentToMember } from "../../../src/outcomes/of-member.ts";
import { listWrittenByMember } from "../../../src/replies/of-member.ts";
import { fillBoard, fillYears } from "../fill.ts";
import { startHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { startHelper } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";
import { homeOpened, startSlack } from "../slack.ts";
import { percentile } from "../statistics.ts";

const GOAL = 2;
const OPENINGS = size(500, 100);
/** This many board members take turns, because each may press at most sixty times a minute. */
const BOARD = 50;
const LOOKS = size(300, 100);
/** As many as a page shows. */
const LINES = 15;
const FOUND = 20;

const MANY = { members: size(10_000, 2_000), alerts: size(1_000, 200) };
const FEW = { members: 100, alerts: 100 };

export const people: Row = async ({ postgres, files }) => {
  const slack = await startSlack();
  const provider = await startProvider(files, 0);

  async function prepare(years: { members: number; alerts: number }) {
    const databaseUrl = await postgres.create();
    const users = await postgres.prepare(databaseUrl, async (db) => {
      await fillYears(db, years);
      return fillBoard(db, BOARD);
    });
    const run = async () => {
      const looks = await postgres.prepare(databaseUrl, (db) => look(db, years.members));
      const headgate = await startHeadgate({ databaseUrl, slack, provider, files });
      const home = await open(headgate.port, users, true);
      await headgate.stop();
      return { ...looks, ...home };
    };
    return { databaseUrl, run };
  }

  async function open(port: number, users: readonly string[], isPublished: boolean) {
    const times: number[] = [];
    for (let n = 0; n < BOARD + OPENINGS; n++) {
      const user = users[n % BOARD] ?? "";
      const published = isPublished ? slack.next("views.publish", `user_id=${user}&`) : undefined;
      const begun = performance.now();
      const answered = await slack.tell(port, homeOpened(user));
      const shown = (await published) ?? answered;
      // Everybody's first asks Slack who that is, and warms the program.
      if (n >= BOARD) times.push(shown - begun);
    }
    return { homeP50: percentile(times, 0.5), homeP99: percentile(times, 0.99) };
  }

  const [few, many] = [await prepare(FEW), await prepare(MANY)];
  await postgres.settle();
  const measured = await interleave(
    {
      nothing: async () => {
        const server = await startHelper("runs/bolt-floor.ts", {}, z.object({ port: z.number() }));
        const users = Array.from({ length: BOARD }, (_, n) => `U${n + 1}`);
        const figures = await open(server.ready.port, users, false);
        await server.kill();
        return { ...figures, cardP50: 0, cardP99: 0, findP50: 0, findP99: 0 };
      },
      few: few.run,
      many: many.run,
    },
    ROUNDS,
  );
  await slack.stop();
  await provider.stop();
  for (const { databaseUrl } of [few, many]) await postgres.drop(databaseUrl);

  const home = measured.ratio(["many", "homeP99"], ["nothing", "homeP99"]);
  const ms = (name: "nothing" | "few" | "many", figure: `${"home" | "card" | "find"}P${50 | 99}`) =>
    measured.of(name, figure).toFixed(1);
  const size = `${MANY.members} members and ${MANY.alerts} alerts`;
  return [
    ...(
      [
        ["app_home_opened to the Home", "home"],
        ["a member's card, and what was sent to them, what they wrote, who changed what", "card"],
        ["finding members", "find"],
      ] as const
    ).map(([what, figure]) => {
      const ratio = measured.ratio(["many", `${figure}P99`], ["few", `${figure}P99`]);
      const [p99, p50] = [`${figure}P99`, `${figure}P50`] as const;
      return {
        what: `${what}, at ${size}, p99`,
        against: `at ${FEW.members} and ${FEW.alerts}`,
        goal: `<= ${GOAL}`,
        measured: `${ratio.toFixed(2)} (${ms("many", p99)} against ${ms("few", p99)} ms; median ${ms("many", p50)} against ${ms("few", p50)} ms)`,
        met: ratio <= GOAL,
      };
    }),
    {
      what: `app_home_opened to the Home, at ${size}, p99`,
      against: "a Bolt listener that does nothing",
      goal: "",
      measured: `${home.toFixed(2)} (${ms("many", "homeP99")} against ${ms("nothing", "homeP99")} ms; median ${ms("many", "homeP50")} against ${ms("nothing", "homeP50")} ms)`,
    },
  ];
};

/** People from all zones in turn, also the one that never got an alert. */
async function look(db: Database, members: number) {
  const cards: number[] = [];
  const finds: number[] = [];
  for (let n = -10; n < LOOKS; n++) {
    const nth = 1 + (((n + 10) * 7) % members);
    const [found] = (await findMembers(db, { text: `A${nth}`, limit: 1 })).people;
    const begun = performance.now();
    await readAll(db, found?.id ?? 0);
    const read = performance.now();
    await findMembers(db, { text: asked(nth, n), limit: FOUND });
    if (n < 0) continue;
    cards.push(read - begun);
    finds.push(performance.now() - read);
  }
  return {
    cardP50: percentile(cards, 0.5),
    cardP99: percentile(cards, 0.99),
    findP50: percentile(finds, 0.5),
    findP99: percentile(finds, 0.99),
  };
}

async function readAll(db: Database, memberId: number): Promise<void> {
  if (!(await readCard(db, memberId))) throw new Error(`There is no card of ${memberId}.`);
  await listSentToMember(db, memberId, { alerts: LINES });
  await listWrittenByMember(db, memberId, { limit: LINES });
  const phones = await listNumbersOf(db, memberId);
  await listMemberEntries(db, { memberId, phones }, { limit: LINES });
}

/** A name, an account, digits of a phone, a zone, and nobody. */
function asked(nth: number, n: number): string {
  const digits = String(nth).padStart(7, "0");
  const all = [
    `Member ${nth}`,
    `A${nth}`,
    `${digits.slice(0, 3)}-${digits.slice(3)}`,
    `Zone ${1 + (nth % 10)}`,
    "Nobody",
  ];
  return all[Math.abs(n) % all.length] ?? "";
}

// What stories change behind the app's back, where nobody in Slack or at a phone could do it.
import { eq } from "drizzle-orm";
import { takeOffBoard } from "../../../src/alerts/off-board.ts";
import { addBoardMember, type Role } from "../../../src/board/allowlist.ts";
import { type BoardMessage, tellBoard } from "../../../src/board/tell.ts";
import type { Connection } from "../../../src/db/open.ts";
import {
  addresses,
  alerts,
  boardMembers,
  deliveries,
  members,
  unusablePhones,
  zones,
} from "../../../src/db/schema.ts";
import { optOut } from "../../../src/opt-outs/opt-outs.ts";
import { insertAlert } from "../alerts.ts";
import { inBetween } from "../in-between.ts";
import { addMembers, hasPhone, setPhone } from "../members.ts";

type Person = { id: string };

const DAY_MS = 86_400_000;

export function createChanges({ db, client }: Connection, teamId: string) {
  return {
    /** A zone of its own, with one member on each of these phones. */
    async addZone(name: string, phones: readonly string[]): Promise<void> {
      await client`
        with zone as (
          insert into zones (name, key) values (${name}, ${name.toLowerCase()}) returning id
        ), p as (
          select * from jsonb_array_elements_text(${JSON.stringify(phones)}::text::jsonb) with ordinality as p(phone, n)
        ), added as (
          insert into members (account, name, zone_id) select ${name} || ' ' || n, 'Member ' || n, zone.id from zone, p
          returning id, name
        )
        insert into addresses (member_id, address, is_listed)
        select id, phone, true from added join p on added.name = 'Member ' || n`;
    },
    async renameZone(name: string, newName: string): Promise<void> {
      await db.update(zones).set({ name: newName }).where(eq(zones.name, name));
    },
    async addMember(zone: string, { name, phone }: { name: string; phone: string }): Promise<void> {
      const [found] = await db.select({ id: zones.id }).from(zones).where(eq(zones.name, zone));
      if (!found) throw new Error(`There is no zone ${zone}.`);
      await addMembers(db, [{ account: name, name, phone, zoneId: found.id }]);
    },
    /** Everybody with this phone has another name from now on. */
    async renameMembers(phone: string, name: string): Promise<void> {
      await db.update(members).set({ name }).where(hasPhone(phone));
    },
    /** Everybody with this phone lives in another zone from now on. */
    async moveMember(phone: string, zone: string): Promise<void> {
      const [found] = await db.select({ id: zones.id }).from(zones).where(eq(zones.name, zone));
      if (!found) throw new Error(`There is no zone ${zone}.`);
      await db.update(members).set({ zoneId: found.id }).where(hasPhone(phone));
    },
    /** Everybody with this phone has another one from now on. */
    async changePhone(phone: string, newPhone: string): Promise<void> {
      await setPhone(db, hasPhone(phone), newPhone);
    },
    /** The provider found out earlier that this phone can't get texts. */
    async makeUnusable(phone: string): Promise<void> {
      await db.insert(unusablePhones).values({ phone, gateway: "twilio", code: "30006" });
    },
    async everybodyOptsOut(): Promise<void> {
      const phones = await db.selectDistinct({ phone: addresses.address }).from(addresses);
      await db.transaction(async (tx) => {
        for (const { phone } of phones) await optOut(tx, phone, "test", "member");
      });
    },
    async putOnBoard({ id }: Person, role: Role): Promise<void> {
      await addBoardMember(db, { teamId, userId: id }, role, "command line");
    },
    async removeFromBoard({ id }: Person): Promise<void> {
      const user = { teamId, userId: id };
      const outcome = await db.transaction((tx) => takeOffBoard(tx, user, "command line"));
      if (typeof outcome === "string") throw new Error(`${id} was not removed: ${outcome}`);
    },
    /** Slack does not say any more that they may act. */
    async isNotConfirmed({ id }: Person): Promise<void> {
      await db.update(boardMembers).set({ confirmedAt: null }).where(eq(boardMembers.userId, id));
    },
    /** This one's own phone has texted STOP. */
    async optsOutOwnPhone({ id }: Person): Promise<void> {
      const [own] = await db.select().from(boardMembers).where(eq(boardMembers.userId, id));
      if (!own?.phone) throw new Error(`${id} has no phone.`);
      const { phone } = own;
      await db.transaction((tx) => optOut(tx, phone, "sms STOP", "member"));
    },
    /** As the engine and the edges tell the board something. */
    async tellsBoard(message: BoardMessage): Promise<void> {
      await db.transaction((tx) => tellBoard(tx, message));
    },
    /** They have given no phone of their own. */
    async forgetPhone({ id }: Person): Promise<void> {
      await db.update(boardMembers).set({ phone: null }).where(eq(boardMembers.userId, id));
    },
    /** They press, and lose their place on the board before their press changes anything. */
    removeInBetween: <Answer>({ id }: Person, press: () => Promise<Answer>): Promise<Answer> =>
      inBetween(client, { deed: (held) => held`delete from board_members where user_id = ${id}`, press }),
    /** As if this person had written the alerts that are there. */
    async makeAuthor({ id }: Person): Promise<void> {
      await db.update(alerts).set({ authorId: id });
    },
    /** An alert that has been over for days. */
    async addOldAlert(author: Person, text: string): Promise<number> {
      const { alertId } = await insertAlert(db, [], {
        status: "finished",
        teamId,
        authorId: author.id,
        zoneNames: ["Old Town"],
        text,
        endedAt: new Date(Date.now() - 4 * DAY_MS),
      });
      return alertId;
    },
    /** The provider names its price, in dollars, for each text that was delivered. */
    async billDelivered(price: number): Promise<void> {
      await db.update(deliveries).set({ price }).where(eq(deliveries.status, "delivered"));
    },
  };
}

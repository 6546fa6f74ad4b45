// An export that stands still in the middle of its work.
import type postgres from "postgres";
import { onTestFinished } from "vitest";
import { eventually } from "../eventually.ts";
import { countLockWaiters } from "../locks.ts";

export function createExportHold(client: postgres.Sql) {
  return {
    /** Whoever exports waits from now on, until they are let go. Who sends needs no names, and goes on. */
    async holdExports() {
      const session = await client.reserve();
      await session`begin`;
      await session`set local idle_in_transaction_session_timeout = 0`;
      await session`lock table member_changes`;
      const waiting = () => countLockWaiters(client, "listed_members");
      let isHeld = true;
      const letGo = async () => {
        if (!isHeld) return;
        isHeld = false;
        await session`commit`;
        session.release();
      };
      onTestFinished(letGo);
      return {
        letGo,
        howMany: waiting,
        isUnderWay: () => eventually(async () => (await waiting()) > 0, "an export to be under way"),
      };
    },
  };
}

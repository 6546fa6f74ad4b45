// What a list's file comes to, without a database.
import { readMembers, scoreHeader } from "../../src/members/columns.ts";
import { type Member, planImport } from "../../src/members/plan.ts";
import { accountFor, describeAccount } from "../../src/members/read/account.ts";
import { readTable } from "../../src/members/read/table.ts";

/** @param stored who is in Headgate before */
export async function readList(file: Uint8Array | string, stored: readonly Member[] = []) {
  const table = await readTable(typeof file === "string" ? Buffer.from(file) : file, scoreHeader);
  const { rows } = readMembers(table);
  const before = new Map(stored.map((member) => [member.account, member]));
  const zones = stored.map(({ zone }) => ({ name: zone }));
  const { outcomes, writes, questions } = planImport(rows, before, zones, {
    country: "US",
    plusMeans: () => undefined,
    isRenumbered: false,
  });
  const account = accountFor(table, rows);
  return {
    table,
    account,
    writes,
    questions,
    /** Those who come in: "1001 Ana Ruiz +12065550101 North". */
    members: writes.map(({ account, name, phone, zone }) => `${account} ${name} ${phone} ${zone}`),
    /** The lines that are refused, with their reason. */
    refused: outcomes
      .filter(({ outcome }) => outcome === "refused")
      .map(({ line, notes }) => `${line}: ${notes.join(" ")}`),
    said: describeAccount(account),
    rows: outcomes,
  };
}

/** Lines of a list with the columns Account, Name, Phone and Zone. */
export const list = (...rows: string[]) => ["Account,Name,Phone,Zone", ...rows, ""].join("\n");

// npm run alerts: what is under way, where Slack can't be used.
import { resumeAlert, stopAlert } from "../deliveries/lifecycle.ts";
import { listUnderWay, readAlert } from "../outcomes/read-alert.ts";
import { describeUnderWay } from "../outcomes/under-way.ts";
import { type CliDeps, Refusal, withDatabase } from "./terminal.ts";

/** Far more than are ever under way at once. */
const MOST_ALERTS = 1000;

export const ALERTS_USAGE: [string, string][] = [
  ["npm run alerts -- list", "what is under way"],
  ["npm run alerts -- stop 12", "texts that still wait are not sent"],
  ["npm run alerts -- resume 12", "a halted alert goes on"],
];

export function runAlerts(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const [what = "list", id] = args;
  if (what === "list" && args.length <= 1) return listAlerts(deps);
  if (what === "stop" && args.length === 2) return stopFromHere(id, deps);
  if (what === "resume" && args.length === 2) return resumeFromHere(id, deps);
  return undefined;
}

async function listAlerts(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const alerts = await listUnderWay(db, MOST_ALERTS);
    if (alerts.length === 0) deps.write("No alert is under way.");
    for (const alert of alerts) for (const line of describeUnderWay(alert)) deps.write(line);
  });
}

async function stopFromHere(given: string | undefined, deps: CliDeps): Promise<void> {
  const id = checkAlertId(given);
  await withDatabase(deps, async (db) => {
    const stopped = await db.transaction((tx) => stopAlert(tx, id, "command line"));
    if (!stopped) throw new Refusal(`Alert ${id} is not under way: there was nothing to stop.`);
    deps.write(
      `Alert ${id} is stopped: nothing more of it goes out. Texts that are on the way can't be taken back.`,
    );
  });
}

async function resumeFromHere(given: string | undefined, deps: CliDeps): Promise<void> {
  const id = checkAlertId(given);
  await withDatabase(deps, async (db) => {
    const halts = (await readAlert(db, id))?.halts ?? 0;
    const resumed = await db.transaction((tx) => resumeAlert(tx, id, halts, "command line"));
    if (!resumed) throw new Refusal(`Alert ${id} is not halted: nothing was changed.`);
    deps.write(`Alert ${id} goes on: one text first, and the others when that one is on the way.`);
  });
}

function checkAlertId(given = ""): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Refusal(`"${given}" is not an alert's number, so nothing was changed. See: npm run alerts`);
}

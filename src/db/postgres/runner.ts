// Which user PostgreSQL runs as: it refuses to run as root.
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Empty: the user who runs Headgate. */
export type Runner = { uid: number; gid: number } | Record<string, never>;

/** Also where the machine's list of users does not name it. */
const NOBODY = 65_534;

const MAKE_A_USER =
  "Make a user for it with this line, and start Headgate again:\n\n" +
  "  useradd --system --user-group --no-create-home --shell /usr/sbin/nologin headgate\n";

/**
 * Root runs the server as another user: as the folder's owner, where that is one.
 *
 * @param mayBeNobody whether `nobody` will do. What is nobody's can be read and changed by every other program that
 *   runs as nobody, so it is for practice and tests
 * @throws Error in plain words, with the line that makes a user
 */
export async function whoRuns(data: string, mayBeNobody: boolean): Promise<Runner> {
  const self = process.getuid?.();
  const isNobody = async (uid: number) => uid === NOBODY || uid === (await find("nobody"))?.uid;
  if (self !== 0) {
    if (self !== undefined && !mayBeNobody && (await isNobody(self)))
      throw new Error(`Headgate's database must not belong to \`nobody\`. ${MAKE_A_USER}`);
    return {};
  }
  const owner = await stat(data).catch(() => undefined);
  if (owner && owner.uid !== 0 && (mayBeNobody || !(await isNobody(owner.uid))))
    return { uid: owner.uid, gid: owner.gid };
  for (const user of ["headgate", "postgres", ...(mayBeNobody ? ["nobody"] : [])]) {
    const found = await find(user);
    if (found) return found;
  }
  throw new Error(
    `PostgreSQL can't run as root, and this machine has no user \`headgate\` or \`postgres\` to run it. ${MAKE_A_USER}`,
  );
}

async function find(user: string): Promise<{ uid: number; gid: number } | undefined> {
  const ids = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, user]))).catch(() => undefined);
  const [uid, gid] = (ids ?? []).map(({ stdout }) => Number(stdout));
  return uid && gid ? { uid, gid } : undefined;
}

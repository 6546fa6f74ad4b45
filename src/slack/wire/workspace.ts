import type { WebClient } from "@slack/web-api";
import { z } from "zod";

const AuthTest = z.object({ team_id: z.string(), user_id: z.string() });

export type Workspace = { teamId: string; botUserId: string };

/** The workspace that the token belongs to; asked for once, and again after a failure. */
export function createWorkspaceLookup(client: WebClient): () => Promise<Workspace> {
  let known: Promise<Workspace> | undefined;
  return () => {
    known ??= client.auth
      .test()
      .then((answer) => {
        const { team_id, user_id } = AuthTest.parse(answer);
        return { teamId: team_id, botUserId: user_id };
      })
      .catch((error) => {
        known = undefined;
        throw error;
      });
    return known;
  };
}

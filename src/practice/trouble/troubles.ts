// What goes wrong just now: troubles are begun by name, several at a time, and each can be ended.
import { z } from "zod";
import { createChanges } from "../stand-ins/changes.ts";
import type { Behaviour } from "../stand-ins/misbehaviour.ts";
import { findTrouble, type Makers, type Trouble } from "./table.ts";

const several = z.union([z.string().transform((text) => text.split(",")), z.array(z.string())]);

/** Which requests a trouble meets; all of them where nothing is named. */
export const scopeForm = z.object({
  /** Texts to these phones, and questions about them. */
  to: several.optional(),
  /** Questions about this message of Twilio's. */
  sid: z.string().optional(),
  /** Calls of this method of Slack's, and for this channel. */
  method: z.string().optional(),
  channel: z.string().optional(),
  /** Not the first so many of them. */
  after: z.coerce.number().int().min(0).default(0),
  /** Only so many of them; then it ends. */
  times: z.coerce.number().int().min(1).optional(),
});
export type Scope = z.input<typeof scopeForm>;

type Playing = {
  trouble: Trouble;
  scope: z.output<typeof scopeForm>;
  met: number;
  over: PromiseWithResolvers<void>;
  endsAt: Date | undefined;
  timer: NodeJS.Timeout | undefined;
};

export type Troubles = ReturnType<typeof createTroubles>;

export function createTroubles(makers: Makers) {
  /** In the order in which they began. */
  const playing = new Map<string, Playing>();
  const { changed, onChange } = createChanges("at what goes wrong");

  function found(name: string): Trouble {
    const trouble = findTrouble(name);
    if (trouble === undefined) throw new Error(`There is no trouble named ${name}.`);
    return trouble;
  }

  /** The last that began meets a request first, and then the others don't see it. */
  function meet<Asked>(
    isMeant: (asked: Asked, scope: Playing["scope"]) => boolean,
    act: (trouble: Trouble, asked: Asked & { n: number }, over: Promise<void>) => Behaviour | undefined,
  ) {
    return (asked: Asked): Behaviour | undefined => {
      for (const [name, it] of [...playing].reverse()) {
        const { trouble, scope, over } = it;
        if (!isMeant(asked, scope)) continue;
        const n = it.met + 1 - scope.after;
        const behaviour = act(trouble, { ...asked, n }, over.promise);
        if (behaviour === undefined) continue;
        it.met += 1;
        if (n < 1) continue;
        if (n === (scope.times ?? trouble.times)) end(name);
        return behaviour;
      }
      return undefined;
    };
  }

  makers.twilio.misbehave({
    "*": meet(
      ({ to, sid }, scope) =>
        (scope.to === undefined || scope.to.includes(to ?? "")) &&
        (scope.sid === undefined || scope.sid === sid),
      (trouble, asked, over) => trouble.twilio?.(asked, over),
    ),
  });
  makers.slack.misbehave({
    "*": meet(
      ({ kind, args }, { method = kind, channel }) =>
        method === kind && (channel === undefined || channel === args.channel),
      (trouble, asked, over) => trouble.slack?.(asked, over),
    ),
  });

  /** @throws Error where there is none of that name */
  function begin(name: string, scope: Scope = {}): void {
    const trouble = found(name);
    end(name);
    if (trouble.state) trouble.state.set(makers, true);
    else {
      const { seconds } = trouble;
      const milliseconds = (seconds ?? 0) * 1000;
      playing.set(name, {
        trouble,
        scope: scopeForm.parse(scope),
        met: 0,
        over: Promise.withResolvers(),
        endsAt: seconds === undefined ? undefined : new Date(Date.now() + milliseconds),
        timer: seconds === undefined ? undefined : setTimeout(() => end(name), milliseconds),
      });
    }
    changed();
  }

  function end(name: string): void {
    const { state } = found(name);
    if (state?.isOn(makers)) state.set(makers, false);
    const it = playing.get(name);
    playing.delete(name);
    clearTimeout(it?.timer);
    it?.over.resolve();
    changed();
  }

  return {
    begin,
    /** Nothing happens where it is not on. */
    end,
    isOn: (name: string): boolean => playing.has(name) || found(name).state?.isOn(makers) === true,
    /** When it ends by itself, where that is known. */
    endsAt: (name: string): Date | undefined => playing.get(name)?.endsAt,
    /** The names of those that a request may meet. */
    playing: () => [...playing.keys()],
    onChange,
    close(): void {
      for (const name of [...playing.keys()]) end(name);
    },
  };
}

export type Changes = ReturnType<typeof createChanges>;

/** Lets pages and tests follow what happens in a part of the practice world. @param where as in "at Twilio" */
export function createChanges(where: string) {
  const listeners = new Set<() => void>();

  const onChange = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    changed(): void {
      for (const listener of listeners) listener();
    },
    /** Calls back after anything a person could see; @returns how to end that. */
    onChange,
    /** Waits until `look` finds something; looks again at every change. */
    until<T>(look: () => T | undefined | false, what = `a change ${where}`, timeout = 10_000): Promise<T> {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          stop();
          reject(new Error(`Waited ${timeout} ms in vain for ${what}.`));
        }, timeout);
        const again = () => {
          const found = look();
          if (found === undefined || found === false) return;
          clearTimeout(late);
          stop();
          resolve(found);
        };
        const stop = onChange(again);
        again();
      });
    },
  };
}

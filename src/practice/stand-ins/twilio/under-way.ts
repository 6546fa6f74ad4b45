/** What goes on by itself at a stand-in: it can be waited for, or be ended at once. */
export function createUnderWay() {
  const works = new Set<Promise<unknown>>();
  const timers = new Map<NodeJS.Timeout, () => void>();
  let closed = false;

  return {
    isClosed: () => closed,
    /** Ends early when all is closed. */
    pause(milliseconds: number): Promise<void> {
      if (closed) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve();
        }, milliseconds);
        timers.set(timer, resolve);
      });
    },
    add(work: Promise<unknown>): void {
      const added: Promise<unknown> = work.finally(() => works.delete(added));
      works.add(added);
    },
    async settle(): Promise<void> {
      while (works.size > 0) await Promise.all(works);
    },
    close(): void {
      closed = true;
      for (const [timer, resolve] of timers) {
        clearTimeout(timer);
        resolve();
      }
      timers.clear();
    },
  };
}

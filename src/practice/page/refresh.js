// Asks how things are, once at a time. What is asked for meanwhile is asked once more: on a slow machine there may
// always be something newer by then.

/** @param ask may call what this returns, to be called again; `fail` is called where it throws */
export function createRefresh(ask, fail) {
  let isFetching = false;
  let isStale = false;
  return async function refresh() {
    isStale = true;
    if (isFetching) return;
    isFetching = true;
    try {
      while (isStale) {
        isStale = false;
        await ask();
      }
    } catch {
      fail();
    } finally {
      isFetching = false;
    }
  };
}

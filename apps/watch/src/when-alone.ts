import { lockDataFolder } from '#platform';

const AGAIN_MS = 10_000;

/** Begins once no other process holds the folder; tries again while one does. */
export function whenAlone(folder: string, begin: () => void): { close(): Promise<void> } {
  let lock: Awaited<ReturnType<typeof lockDataFolder>> | undefined;
  let isClosed = false;
  let again: NodeJS.Timeout | undefined;
  async function attempt(): Promise<void> {
    try {
      lock = await lockDataFolder(folder);
    } catch {
      if (!isClosed) again = setTimeout(() => (attempting = attempt()), AGAIN_MS);
      return;
    }
    if (!isClosed) begin();
  }
  let attempting = attempt();
  return {
    async close() {
      isClosed = true;
      clearTimeout(again);
      await attempting;
      await lock?.release();
    },
  };
}

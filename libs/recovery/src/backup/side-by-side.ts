/**
 * Does some work for each item, at most so many at a time. After the first failure nothing more is begun; it is thrown when
 * what was at work has ended, so that nobody works on behind the caller's back.
 */
export async function sideBySide<T>(
  items: readonly T[],
  { atOnce, work }: { atOnce: number; work(item: T): Promise<void> },
): Promise<void> {
  const queue = [...items].reverse();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let item = queue.pop(); item !== undefined && failures.length === 0; item = queue.pop()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}

import { describe, expect, it } from '@jest/globals';
import { nodeDisk } from './node-disk.js';
import { openFolderSync } from './folder-sync.js';

/** A disk whose syncs end when they are told to, in the order they began. */
function slowDisk() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const none = (): Promise<never> => Promise.reject(new Error('nobody asks for this'));
  const open: typeof nodeDisk.open = () =>
    Promise.resolve({
      read: none,
      write: none,
      truncate: none,
      utimes: none,
      stat: none,
      sync: () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject })),
      close: () => Promise.resolve(),
    });
  return { disk: { ...nodeDisk, open }, ends };
}

/** Everything that can go on without the disk has gone on. */
const still = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('syncing folders for several receipts', () => {
  it('gives all who ask while a sync runs one more, which begins after it', async () => {
    const { disk, ends } = slowDisk();
    const sync = openFolderSync(disk);
    const done: string[] = [];
    const asked = ['a', 'b', 'c', 'd'].map((name) => sync('pending').then(() => done.push(name)));
    await still();
    expect(ends).toHaveLength(1);
    ends[0]!.resolve();
    await still();
    expect(done).toEqual(['a']);
    expect(ends).toHaveLength(2);
    ends[1]!.resolve();
    await Promise.all(asked);
    expect(done).toEqual(['a', 'b', 'c', 'd']);
    expect(ends).toHaveLength(2);
  });

  it('never gives who asks a sync that has begun before', async () => {
    const { disk, ends } = slowDisk();
    const sync = openFolderSync(disk);
    const first = sync('pending');
    const second = sync('pending');
    await still();
    ends[0]!.resolve();
    await first;
    await still();
    let isThirdSafe = false;
    const third = sync('pending').then(() => (isThirdSafe = true));
    await still();
    ends[1]!.resolve();
    await second;
    await still();
    expect(isThirdSafe).toBe(false);
    ends[2]!.resolve();
    await third;
    expect(ends).toHaveLength(3);
  });

  it('tells a failure to all who shared it, and to nobody after', async () => {
    const { disk, ends } = slowDisk();
    const sync = openFolderSync(disk);
    const asked = [sync('pending'), sync('pending'), sync('pending')];
    const outcomes = Promise.allSettled(asked);
    await still();
    ends[0]!.resolve();
    await still();
    ends[1]!.reject(new Error('EIO'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const later = sync('pending');
    await still();
    ends[2]!.resolve();
    await expect(later).resolves.toBeUndefined();
  });

  it('does not make one folder wait for another', async () => {
    const { disk, ends } = slowDisk();
    const sync = openFolderSync(disk);
    void sync('pending');
    const other = sync('objects');
    await still();
    expect(ends).toHaveLength(2);
    ends[1]!.resolve();
    await expect(other).resolves.toBeUndefined();
  });
});

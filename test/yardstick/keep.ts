import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Gives what was made under a name before, or makes it. */
export type Keep = <T>(name: string, make: () => T) => T;

/** Makes all anew. */
export const keepNothing: Keep = (_, make) => make();

/** Keeps each result in a file of the folder, so that a long run may be stopped at any time and go on later. */
export function keepIn(folder: string): Keep {
  mkdirSync(folder, { recursive: true });
  return <T>(name: string, make: () => T): T => {
    const path = join(folder, name.replaceAll(/[^\w.-]+/g, '_'));
    if (existsSync(path)) return deserialize(readFileSync(path)) as T;
    const made = make();
    writeFileSync(`${path}.partial`, serialize(made));
    renameSync(`${path}.partial`, path);
    return made;
  };
}

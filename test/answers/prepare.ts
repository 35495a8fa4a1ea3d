import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the configuration folder of a made set of submissions: the feeds of this folder with the published tables. */
export function prepareConfiguration(options: { out: string; shared: string; feeds: string; folder: string }): void {
  const { out, shared, feeds, folder } = options;
  cpSync(feeds, folder, { recursive: true });
  const codes = join(folder, 'codes');
  const secrets = join(folder, 'secrets');
  mkdirSync(codes, { recursive: true });
  mkdirSync(secrets, { recursive: true });
  for (const name of readdirSync(join(out, 'codes'))) copyFileSync(join(out, 'codes', name), join(codes, name));
  copyFileSync(join(out, 'senders.csv'), join(codes, 'senders.csv'));
  copyFileSync(join(out, 'passwords.csv'), join(secrets, 'passwords.csv'));
  chmodSync(join(secrets, 'passwords.csv'), 0o400);
  for (const name of ['zip_main_county.csv.gz', 'state_codes_table.csv.gz']) {
    copyFileSync(join(shared, 'data/us-geography', name), join(folder, 'geography', name));
  }
}

import { recordKeyOf, type Settings } from '#platform';
import type { Reader } from '#recovery';
import { type Configuration, loadConfiguration, readSecret } from '#registry';

/** How submissions are read here: by the configuration, the passwords and the key of today. */
export function readerOf(settings: Settings): Reader & { readonly today: Configuration } {
  const today = loadConfiguration(settings.configFolder);
  const folders = [settings.dataFolder, settings.configFolder];
  return {
    today,
    configuration: () => today,
    passwordOf: ({ password }, key) => {
      if (!password) return undefined;
      for (const folder of folders) {
        const found = readSecret(password, { folder, key });
        if (found !== undefined) return found;
      }
      return undefined;
    },
    recordKey: recordKeyOf(settings),
  };
}

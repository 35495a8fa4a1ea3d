import { DEFINITIONS, type Definition } from './definitions.js';

interface SettingDescription {
  readonly variable: string;
  readonly option: string | undefined;
  readonly otherwise: string | undefined;
  readonly expected: string;
  readonly meaning: string;
}

const ALL: readonly Definition<unknown>[] = Object.values(DEFINITIONS);

/** Every setting in words, for `--help` and docs/operations.md. */
export function describeSettings(): readonly SettingDescription[] {
  return ALL.map(({ variable, option, isSwitch, otherwise, expected, meaning, secret }) => ({
    variable: secret === true ? `${variable} or ${variable}_FILE` : variable,
    option: option === undefined ? undefined : isSwitch === true ? `--${option}` : `--${option} …`,
    otherwise,
    expected,
    meaning,
  }));
}

/** The same as text for a terminal. */
export function helpText(command: string): string {
  const lines = describeSettings().map(({ variable, option, otherwise, expected, meaning }) => {
    const fallback = otherwise === undefined ? '' : `; otherwise ${otherwise}`;
    return `  ${option ?? ''}\n      ${variable}: ${meaning} (${expected}${fallback})`;
  });
  return `${command} [options]\n\nEach option can also be given as a variable of the environment.\n\n${lines.join('\n')}\n`;
}

import { useComputedColorScheme } from '@mantine/core';
import { COLOURS } from './colours.js';

/** The colours in force: the reader's choice, else the system's. */
export function useColours() {
  return COLOURS[useComputedColorScheme('light', { getInitialValueInEffect: false })];
}

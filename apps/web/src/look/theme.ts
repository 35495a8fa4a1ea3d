import { createTheme } from '@mantine/core';

/** Inter everywhere, one blue for what can be acted on, and quiet greys for the rest. */
export const THEME = createTheme({
  fontFamily: 'Inter, system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: 'Inter, system-ui, sans-serif', fontWeight: '600' },
  primaryColor: 'bell',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  colors: {
    bell: [
      '#e9f4fb',
      '#d2e6f3',
      '#a6cde7',
      '#76b2da',
      '#5aa5d8',
      '#3a8cc4',
      '#2078b2',
      '#0b5c8f',
      '#094d78',
      '#063a5c',
    ],
    dark: [
      '#d5dae1',
      '#b9c1cc',
      '#9aa4b2',
      '#6b7686',
      '#3a4350',
      '#2c343f',
      '#222932',
      '#171b22',
      '#11151a',
      '#0c0f13',
    ],
  },
});

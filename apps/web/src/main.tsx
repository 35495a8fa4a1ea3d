import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-500.css';
import '@fontsource/inter/latin-600.css';
import '@mantine/core/styles.css';
import './look/page.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { THEME } from './look/theme.js';
import { preloadPage } from './shell/pages.js';
import { Shell } from './shell/shell.js';

preloadPage(location.pathname);
createRoot(document.getElementById('page')!).render(
  <MantineProvider theme={THEME} defaultColorScheme="auto">
    <Shell />
  </MantineProvider>,
);

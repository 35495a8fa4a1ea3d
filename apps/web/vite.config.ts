import { defineConfig } from 'vite';

/** From the folder of the page to the pure libraries, which are built from source. */
const pure = (name: string): string => new URL(`../../libs/${name}/src/index.ts`, import.meta.url).pathname;

export default defineConfig({
  base: '/',
  resolve: {
    alias: { '#vocabulary': pure('vocabulary'), '#chart': pure('chart') },
  },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    // The libraries only define things: what the page does not use of them stays out.
    rolldownOptions: {
      treeshake: { moduleSideEffects: (id) => !id.includes('/libs/') },
      // Components say that they are for the browser, which is where all of this runs; of #chart only colours are used.
      onLog(level, log, handle) {
        const isKnown = log.code === 'MODULE_LEVEL_DIRECTIVE' || /externalized for .*libs\/chart/s.test(log.message);
        if (!isKnown) handle(level, log);
      },
    },
  },
});

import { defineConfig } from 'vite';

const source = (path: string): string => new URL(path, import.meta.url).pathname;

/** One module without dependencies: what is used of the pure libraries is in it. */
export default defineConfig({
  resolve: {
    alias: {
      '#vocabulary': source('../../libs/vocabulary/src/index.ts'),
      '#series-codec': source('../../libs/series-codec/src/index.ts'),
    },
  },
  build: {
    outDir: '../../dist/clients/typescript',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    lib: { entry: source('src/index.ts'), formats: ['es'], fileName: () => 'bellwether.js' },
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !id.includes('/libs/') } },
  },
});

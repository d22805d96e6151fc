import { defineConfig } from 'vite';

/** Builds the console into the package; the engine's HTTP listener serves these files only. */
export default defineConfig({
    root: import.meta.dirname,
    publicDir: 'public',
    logLevel: 'warn',
    build: {
        outDir: '../../dist/console',
        emptyOutDir: true,
        target: 'es2022',
        // Keeps `light-dark()`: its fallback for older browsers would ignore the chosen theme.
        cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
        // The content security policy forbids data URLs.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
    },
});

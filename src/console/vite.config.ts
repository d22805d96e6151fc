import { defineConfig } from 'vite';

/** Builds the console into the package; `greenroom`'s listener serves what comes of it and nothing else. */
export default defineConfig({
    root: import.meta.dirname,
    publicDir: 'public',
    logLevel: 'warn',
    // So that no browser makes a request to a data URL in place of a file, which the policy of the page would not let it.
    build: {
        outDir: '../../dist/console',
        emptyOutDir: true,
        target: 'es2022',
        // `light-dark()` as it is: made into something for older browsers it does not follow what somebody has chosen.
        cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
    },
});

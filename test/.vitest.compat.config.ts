import { defineConfig, mergeConfig } from 'vitest/config';
import base from './.vitest.config.js';

/** The suites that install packages, run whole programs and drive a browser: slower, and apart from `npm test`. */
const { projects: _, ...test } = base.test!;

export default mergeConfig(
    { ...base, test },
    defineConfig({
        test: {
            include: ['test/compat/**/*.test.ts', 'test/e2e/console-*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 300_000,
        },
    }),
);

import { defineConfig, mergeConfig } from 'vitest/config';
import base from './.vitest.config.js';

/** The suites that install packages and run whole programs: slower, and apart from `npm test`. */
const { projects: _, ...test } = base.test!;

export default mergeConfig(
    { ...base, test },
    defineConfig({
        test: {
            include: ['test/{compat,e2e}/**/*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 300_000,
        },
    }),
);

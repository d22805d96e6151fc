import { defineConfig, mergeConfig } from 'vitest/config';
import base, { HEAVY } from './.vitest.config.js';

/** The suites that install packages, fill memory, or drive terminals and browsers: slower, and apart from `npm test`. */
const { projects: _, ...test } = base.test!;

export default mergeConfig(
    { ...base, test },
    defineConfig({
        test: {
            include: [...HEAVY],
            // One at a time: most install packages or fill memory.
            maxWorkers: 1,
            testTimeout: 120_000,
            hookTimeout: 300_000,
        },
    }),
);

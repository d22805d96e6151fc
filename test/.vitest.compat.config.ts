import { defineConfig, mergeConfig } from 'vitest/config';
import base, { COMPAT_SUITES } from './.vitest.config.js';

/** Slow suites that install packages, fill memory, or drive terminals and browsers. They are not part of `npm test`. */
const { projects: _, ...test } = base.test!;

export default mergeConfig(
    { ...base, test },
    defineConfig({
        test: {
            include: [...COMPAT_SUITES],
            // One at a time: most install packages or fill memory.
            maxWorkers: 1,
            testTimeout: 120_000,
            hookTimeout: 300_000,
        },
    }),
);

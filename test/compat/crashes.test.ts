import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { killAgainAndAgain } from '../support/processes/crash.js';
import { tempDir } from '../support/files/temp-dir.js';

/** The environment can set another seed or number of kills. */
const SEED = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = Number(process.env['CRASH_KILLS'] ?? 200);

describe(`hosts that are killed ${KILLS} times during concurrent operations (CRASH_SEED=${SEED})`, () => {
    it('lose no acknowledged write, and leave no partial one', { timeout: 3_600_000 }, async () => {
        const directory = await tempDir();
        const shares = [
            { recovery: 'abort', kills: Math.ceil(KILLS * 0.4), seed: SEED },
            { recovery: 'abort', kills: Math.ceil(KILLS * 0.4), seed: SEED + 1 },
            { recovery: 'resurrect', kills: Math.ceil(KILLS * 0.2), seed: SEED + 2 },
        ] as const;

        // Concurrently, since each mostly waits for its processes.
        const results = await Promise.all(
            shares.map((share, index) => killAgainAndAgain({ ...share, directory: join(directory, String(index)) })),
        );

        expect(results.flatMap(({ problems }) => problems)).toEqual([]);
        expect(results.reduce((sum, { registers }) => sum + registers, 0)).toBeGreaterThan(KILLS);
    });
});

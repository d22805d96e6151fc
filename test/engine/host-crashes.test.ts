import { describe, expect, it } from 'vitest';
import { killAgainAndAgain } from '../support/processes/crash.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('a process that is killed at random times under a mixed load', () => {
    it.each(['abort', 'resurrect'] as const)(
        'loses no acknowledged write and leaves nothing half done: %s',
        { timeout: 120_000 },
        async (recovery) => {
            const seed = Math.floor(Math.random() * 2 ** 31);

            const { problems, registers } = await killAgainAndAgain({
                directory: await tempDir(),
                kills: 4,
                seed,
                recovery,
            });

            expect(problems, `seed ${seed}`).toEqual([]);
            expect(registers, `seed ${seed}`).toBeGreaterThan(0);
        },
    );
});

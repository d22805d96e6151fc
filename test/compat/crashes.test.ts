import { describe, expect, it } from 'vitest';
import { killAgainAndAgain } from '../support/crash.js';
import { tempDir } from '../support/temp-dir.js';

/** Another seed, or more kills, may be given by the environment. */
const SEED = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = Number(process.env['CRASH_KILLS'] ?? 200);

describe(`a host that is killed ${KILLS} times while it does everything at once (CRASH_SEED=${SEED})`, () => {
    it.each([
        { recovery: 'abort', kills: Math.ceil(KILLS * 0.75) },
        { recovery: 'resurrect', kills: Math.floor(KILLS * 0.25) },
    ] as const)(
        'has lost nothing that was answered, and left nothing half done: $recovery',
        { timeout: 3_600_000 },
        async ({ recovery, kills }) => {
            const { problems, registers } = await killAgainAndAgain({
                directory: await tempDir(),
                kills,
                seed: SEED,
                recovery,
            });

            expect(problems).toEqual([]);
            expect(registers).toBeGreaterThan(kills);
        },
    );
});

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readActorSource } from '../../../src/actors/source/actor-source.js';

const ACTORS = fileURLToPath(new URL('../../fixtures/actors/', import.meta.url));
const MAX_LINES = 15;
const workDirectory = (): Promise<string> => Promise.reject(new Error('No folder is to be made.'));

describe('the fixture Actors', () => {
    it.each(readdirSync(ACTORS).filter((name) => name !== 'no-entry'))(
        '%s can be added, and is short',
        async (name) => {
            const blueprint = await readActorSource(join(ACTORS, name), { workDirectory });

            expect(blueprint.name).toBe(name);
            const modules = readdirSync(join(ACTORS, name), { recursive: true, encoding: 'utf8' });
            for (const file of modules.filter((path) => /\.[mc]?[jt]s$/.test(path))) {
                expect(readFileSync(join(ACTORS, name, file), 'utf8').split('\n').length - 1, file).toBeLessThanOrEqual(
                    MAX_LINES,
                );
            }
        },
    );

    it('no-entry cannot be added', async () => {
        await expect(readActorSource(join(ACTORS, 'no-entry'), { workDirectory })).rejects.toMatchObject({
            code: 'actor-source-invalid',
        });
    });
});

import { describe, expect, it } from 'vitest';
import { documentsIn } from '../support/files/documents.js';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine } from 'greenroom';

const INPUT = JSON.parse('{"since":"1","updatedAt":"2027-01-01T00:00:00.000Z","__proto__":{"a":1}}') as Record<
    string,
    unknown
>;

async function open(storageDir: string): Promise<Engine> {
    const engine = await makeEngine({ storageDir });
    await engine.addActor({ name: 'quick', run: () => 'done' });
    return engine;
}

describe('a task on disk', () => {
    it('is unchanged after reopening, with its exact input and run count', async () => {
        const storageDir = await tempDir();
        const engine = await open(storageDir);
        const { client } = engine;
        await client.tasks().create({ actId: 'quick', name: 'first', input: INPUT, options: { memoryMbytes: 256 } });
        await client.tasks().create({ actId: 'quick', name: 'second' });
        await client.tasks().create({ actId: 'quick', name: 'gone' });
        await client.task('gone').delete();
        await client.task('first').call();
        const { items } = await client.tasks().list();
        const run = await client.task('first').lastRun().get();
        await engine.close({ force: true });

        const { client: again } = await open(storageDir);

        expect((await again.tasks().list()).items).toEqual(items);
        expect(JSON.stringify(await again.task('first').getInput())).toBe(JSON.stringify(INPUT));
        expect((await again.task('first').get())!.stats.totalRuns).toBe(1);
        expect(await again.task('first').lastRun().get()).toEqual(run);
        await expect(again.tasks().create({ actId: 'quick', name: 'second' })).rejects.toMatchObject({
            code: 'actor-task-name-not-unique',
        });
        expect(documentsIn(storageDir, 'tasks').size).toBe(2);
    });
});

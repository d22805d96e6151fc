import { describe, expect, it } from 'vitest';
import { startChild } from '../support/processes/child.js';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine } from 'greenroom';

/** The ids of the runs of a host when it was killed. */
async function killedAtWork(storageDir: string): Promise<string[]> {
    const host = startChild('run/host-at-work.ts', { args: [storageDir] });
    const { value } = await host.lines().next();
    await host.kill();
    return JSON.parse(String(value)) as string[];
}

function infos(engine: Engine, ids: readonly string[]) {
    return Promise.all(ids.map((id) => engine.run(id)!.info()));
}

describe('the runs of a killed host', () => {
    it('are ABORTED, with the reason', async () => {
        const storageDir = await tempDir();
        const ids = await killedAtWork(storageDir);

        const engine = await makeEngine({ storageDir });

        const statusMessage = expect.stringContaining('ended before the run finished; the run was aborted');
        expect(await infos(engine, ids)).toMatchObject(ids.map(() => ({ status: 'ABORTED', statusMessage })));
    });

    it('restart on their storages if the engine resurrects them', async () => {
        const storageDir = await tempDir();
        const ids = await killedAtWork(storageDir);

        const engine = await makeEngine({ storageDir, recovery: 'resurrect' });
        const [aborting, working, waiting, gone] = await Promise.all(ids.map((id) => engine.run(id)!.finished()));

        expect(working).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done after 2' });
        expect(working!.stats.resurrectCount).toBe(1);
        expect(await engine.run(working!.id)!.log.text()).toContain(
            'ended before the run finished; the run was resurrected.',
        );
        expect(waiting).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done after 1' });
        // It was already aborting.
        expect(aborting).toMatchObject({ status: 'ABORTED', stats: { resurrectCount: 0 } });
        expect(gone).toMatchObject({
            status: 'ABORTED',
            statusMessage: expect.stringMatching(/could not be resurrected: .*Add it again with `engine.addActor\(\)`/),
        });
    });

    it('are consistent if the host was killed during a resurrection', async () => {
        const storageDir = await tempDir();
        let known: { id: string; resurrectCount: number } | undefined;
        for (let kills = 0; kills < 4; kills += 1) {
            const host = startChild('run/resurrecting-host.ts', {
                args: [storageDir, ...(known ? [known.id] : [])],
            });
            const lines = host.lines();
            // Later each time, to interrupt at different points.
            for (let count = 0; count <= kills * 3; count += 1) known = JSON.parse(String((await lines.next()).value));
            await host.kill();
        }

        const engine = await makeEngine({ storageDir });
        const run = engine.run(known!.id)!;
        const info = await run.info();

        expect(['SUCCEEDED', 'ABORTED']).toContain(info.status);
        expect(info.finishedAt).toBeInstanceOf(Date);
        expect(info.stats.resurrectCount).toBeGreaterThanOrEqual(known!.resurrectCount);
        await run.resurrect();
        expect((await run.finished()).status).toBe('SUCCEEDED');
    });
});

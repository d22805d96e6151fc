import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { makeEngine } from '../support/make-engine.js';

describe('a clock that is set back', () => {
    it('gives no negative duration', async () => {
        const clock = new ManualClock(Date.parse('2026-03-01T12:00:00Z'));
        let offset = 0;
        const moved = { now: () => clock.now() + offset, after: clock.after.bind(clock) };
        const engine = await makeEngine({ clock: moved, prewarm: 0 });
        await engine.addActor({ name: 'inline', run: () => void (offset -= 3_600_000) });

        const { id } = await engine.call('inline');

        const run = (await engine.client.run(id).get())!;
        expect(run.finishedAt.getTime()).toBeGreaterThanOrEqual(run.startedAt.getTime());
        expect([run.stats.durationMillis, run.stats.runTimeSecs, run.stats.computeUnits]).toEqual([0, 0, 0]);
        expect(run.usage?.ACTOR_COMPUTE_UNITS).toBe(0);
        const actor = await engine.client.actors().create({
            name: 'built',
            versions: [
                {
                    versionNumber: '0.0',
                    sourceType: 'SOURCE_FILES',
                    buildTag: 'latest',
                    sourceFiles: [{ name: 'main.js', format: 'TEXT', content: '' }],
                },
            ],
        });
        const started = await engine.client.actor(actor.id).build('0.0');
        offset -= 3_600_000;
        const build = await engine.client.build(started.id).waitForFinish();
        expect([build.status, build.stats?.durationMillis]).toEqual(['SUCCEEDED', 0]);
        expect(build.finishedAt).toEqual(build.startedAt);
    });
});

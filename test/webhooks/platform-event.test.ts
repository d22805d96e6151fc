import { describe, expect, it } from 'vitest';
import {
    buildCreatedEvent,
    buildFinishedEvent,
    matchesCondition,
    runCreatedEvent,
    runFinishedEvent,
} from '../../src/webhooks/events.js';
import type { Build } from '../../src/model/api/actor.js';
import type { Run } from '../../src/model/api/run.js';
import type { JobStatus } from '../../src/model/api/status.js';

const run = (status: JobStatus, actorTaskId?: string) => ({ id: 'run1', actId: 'actor1', actorTaskId, status }) as Run;
const build = (status: JobStatus) => ({ id: 'build1', actId: 'actor1', status }) as Build;
const nothing = (): undefined => undefined;

describe('an event', () => {
    it.each<[JobStatus, string | undefined]>([
        ['SUCCEEDED', 'SUCCEEDED'],
        ['FAILED', 'FAILED'],
        ['ABORTED', 'ABORTED'],
        ['TIMED-OUT', 'TIMED_OUT'],
        ['RUNNING', undefined],
        ['READY', undefined],
    ])('is named by the final status of a run or build: %s', (status, word) => {
        expect(runFinishedEvent(run(status), nothing)?.type).toBe(word && `ACTOR.RUN.${word}`);
        expect(buildFinishedEvent(build(status))?.type).toBe(word && `ACTOR.BUILD.${word}`);
    });

    it('has the ids of its subject', () => {
        expect(runCreatedEvent('CREATED', run('READY'), nothing).data).toEqual({
            actorId: 'actor1',
            actorRunId: 'run1',
        });
        expect(runCreatedEvent('RESURRECTED', run('READY', 'task1'), nothing)).toMatchObject({
            type: 'ACTOR.RUN.RESURRECTED',
            data: { actorId: 'actor1', actorTaskId: 'task1', actorRunId: 'run1' },
        });
        expect(buildCreatedEvent(build('READY')).data).toEqual({ actorId: 'actor1', actorBuildId: 'build1' });
    });

    it('matches a condition if it has all of its ids', () => {
        const { data } = runCreatedEvent('CREATED', run('READY', 'task1'), nothing);

        expect(matchesCondition({ actorId: 'actor1' }, data)).toBe(true);
        expect(matchesCondition({ actorTaskId: 'task1', actorId: 'actor1' }, data)).toBe(true);
        expect(matchesCondition({ actorRunId: 'run1' }, data)).toBe(true);
        expect(matchesCondition({ actorId: 'actor2' }, data)).toBe(false);
        expect(matchesCondition({ actorId: 'actor1', actorRunId: 'run2' }, data)).toBe(false);
        expect(matchesCondition({ actorTaskId: 'task1' }, buildCreatedEvent(build('READY')).data)).toBe(false);
    });
});

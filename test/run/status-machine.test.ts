import { describe, expect, it } from 'vitest';
import { step, type Effect, type RunEvent } from '../../src/run/status-machine.js';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../../src/model/api/status.js';

const EVENTS: readonly RunEvent['type'][] = [
    'admitted',
    'exit-success',
    'exit-failure',
    'deadline-passed',
    'grace-over',
    'abort',
    'abort-gracefully',
    'restart',
    'fail',
    'resurrect',
    'host-lost',
];

/** Every transition: status, event, next status, effect. All other pairs are ignored. */
const CELLS: [JobStatus, RunEvent['type'], JobStatus, Effect][] = [
    ['READY', 'admitted', 'RUNNING', 'launch'],
    ['READY', 'abort', 'ABORTED', 'finish'],
    ['READY', 'abort-gracefully', 'ABORTED', 'finish'],
    ['READY', 'host-lost', 'ABORTED', 'finish'],
    ['RUNNING', 'exit-success', 'SUCCEEDED', 'finish'],
    ['RUNNING', 'exit-failure', 'FAILED', 'finish'],
    ['RUNNING', 'deadline-passed', 'TIMING-OUT', 'stop-for-timeout'],
    ['RUNNING', 'abort', 'ABORTING', 'kill'],
    ['RUNNING', 'abort-gracefully', 'ABORTING', 'stop-for-abort'],
    ['RUNNING', 'restart', 'RUNNING', 'restart'],
    ['RUNNING', 'fail', 'RUNNING', 'fail'],
    ['RUNNING', 'host-lost', 'ABORTED', 'finish'],
    ['TIMING-OUT', 'exit-success', 'TIMED-OUT', 'finish'],
    ['TIMING-OUT', 'exit-failure', 'TIMED-OUT', 'finish'],
    ['TIMING-OUT', 'grace-over', 'TIMING-OUT', 'kill'],
    ['TIMING-OUT', 'abort', 'ABORTING', 'kill'],
    ['TIMING-OUT', 'abort-gracefully', 'ABORTING', 'rearm-grace'],
    ['TIMING-OUT', 'fail', 'TIMING-OUT', 'fail'],
    ['TIMING-OUT', 'host-lost', 'TIMED-OUT', 'finish'],
    ['ABORTING', 'exit-success', 'ABORTED', 'finish'],
    ['ABORTING', 'exit-failure', 'ABORTED', 'finish'],
    ['ABORTING', 'grace-over', 'ABORTING', 'kill'],
    ['ABORTING', 'abort', 'ABORTING', 'kill'],
    ['ABORTING', 'fail', 'ABORTING', 'fail'],
    ['ABORTING', 'host-lost', 'ABORTED', 'finish'],
    ...JOB_STATUSES.filter(isTerminal).map((status): [JobStatus, RunEvent['type'], JobStatus, Effect] => [
        status,
        'resurrect',
        'READY',
        'enqueue',
    ]),
];

const REFUSED = JOB_STATUSES.flatMap((status) => EVENTS.map((event) => [status, event] as const)).filter(
    ([status, event]) => !CELLS.some(([s, e]) => s === status && e === event),
);

describe('an event with a transition', () => {
    it.each(CELLS)('moves a run that is %s by `%s` to %s', (status, type, next, effect) => {
        expect(step(status, type)).toEqual({ status: next, effect });
    });
});

describe('an event without a transition', () => {
    it.each(REFUSED)('does not change a run that is %s on `%s`', (status, type) => {
        expect(step(status, type)).toBeUndefined();
    });
});

describe('the transition table', () => {
    it('has a transition or none for every status and event', () => {
        expect(CELLS.length + REFUSED.length).toBe(JOB_STATUSES.length * EVENTS.length);
    });

    it('finishes a run exactly if the new status is terminal', () => {
        for (const [status, type] of CELLS) {
            const next = step(status, type)!;
            expect(next.effect === 'finish', `${status} ${type}`).toBe(isTerminal(next.status));
        }
    });

    it('leaves a terminal status only by a resurrection', () => {
        for (const status of JOB_STATUSES.filter(isTerminal)) {
            for (const type of EVENTS.filter((event) => event !== 'resurrect'))
                expect(step(status, type)).toBeUndefined();
        }
    });

    it('stays consistent in seeded random walks of 10,000 events', () => {
        let seed = 20261124;
        const random = (below: number): number => {
            seed = (seed * 1103515245 + 12345) & 0x7fffffff;
            return seed % below;
        };
        let status: JobStatus = 'READY';
        for (let count = 0; count < 10_000; count++) {
            const next = step(status, EVENTS[random(EVENTS.length)]!);
            if (next === undefined) continue;
            expect(JOB_STATUSES).toContain(next.status);
            status = isTerminal(next.status) ? 'READY' : next.status;
        }
    });
});

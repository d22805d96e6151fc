import { describe, expect, it } from 'vitest';
import { step, type Happening } from '../../../src/lifecycle/status-machine.js';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../../../src/model/status.js';

const HAPPENINGS: readonly Happening['type'][] = [
    'admitted',
    'exited-well',
    'exited-badly',
    'deadline-passed',
    'grace-over',
    'abort-asked',
    'graceful-abort-asked',
    'restart-asked',
    'failure-asked',
    'resurrection-asked',
    'host-lost',
];

/** Every cell that leads somewhere: status, happening, next status, effects. All others are refused. */
const CELLS: [JobStatus, Happening['type'], JobStatus, string[]][] = [
    ['READY', 'admitted', 'RUNNING', ['launch']],
    ['READY', 'abort-asked', 'ABORTED', ['finish']],
    ['READY', 'graceful-abort-asked', 'ABORTED', ['finish']],
    ['READY', 'host-lost', 'ABORTED', ['finish']],
    ['RUNNING', 'exited-well', 'SUCCEEDED', ['finish']],
    ['RUNNING', 'exited-badly', 'FAILED', ['finish']],
    ['RUNNING', 'deadline-passed', 'TIMING-OUT', ['call-to-stop']],
    ['RUNNING', 'abort-asked', 'ABORTING', ['kill']],
    ['RUNNING', 'graceful-abort-asked', 'ABORTING', ['call-to-stop']],
    ['RUNNING', 'restart-asked', 'RUNNING', ['restart']],
    ['RUNNING', 'failure-asked', 'RUNNING', ['fail']],
    ['RUNNING', 'host-lost', 'ABORTED', ['finish']],
    ['TIMING-OUT', 'exited-well', 'TIMED-OUT', ['finish']],
    ['TIMING-OUT', 'exited-badly', 'TIMED-OUT', ['finish']],
    ['TIMING-OUT', 'grace-over', 'TIMING-OUT', ['kill']],
    ['TIMING-OUT', 'abort-asked', 'ABORTING', ['kill']],
    ['TIMING-OUT', 'graceful-abort-asked', 'ABORTING', ['extend-grace']],
    ['TIMING-OUT', 'failure-asked', 'TIMING-OUT', ['fail']],
    ['TIMING-OUT', 'host-lost', 'TIMED-OUT', ['finish']],
    ['ABORTING', 'exited-well', 'ABORTED', ['finish']],
    ['ABORTING', 'exited-badly', 'ABORTED', ['finish']],
    ['ABORTING', 'grace-over', 'ABORTING', ['kill']],
    ['ABORTING', 'abort-asked', 'ABORTING', ['kill']],
    ['ABORTING', 'failure-asked', 'ABORTING', ['fail']],
    ['ABORTING', 'host-lost', 'ABORTED', ['finish']],
    ...JOB_STATUSES.filter(isTerminal).map((status): [JobStatus, Happening['type'], JobStatus, string[]] => [
        status,
        'resurrection-asked',
        'READY',
        ['enter'],
    ]),
];

const REFUSED = JOB_STATUSES.flatMap((status) => HAPPENINGS.map((happening) => [status, happening] as const)).filter(
    ([status, happening]) => !CELLS.some(([s, h]) => s === status && h === happening),
);

describe('a happening that leads somewhere', () => {
    it.each(CELLS)('takes a run that is %s by `%s` to %s', (status, type, next, effects) => {
        const result = step(status, { type });

        expect(result).toMatchObject({ ok: true, status: next });
        expect(result.ok && result.effects.map((effect) => effect.type)).toEqual(effects);
    });
});

describe('a happening that comes too late or makes no sense', () => {
    it.each(REFUSED)('leaves a run that is %s as it is on `%s`', (status, type) => {
        expect(step(status, { type })).toEqual({ ok: false });
    });
});

describe('the table as a whole', () => {
    it('has a cell or a refusal for every status and happening', () => {
        expect(CELLS.length + REFUSED.length).toBe(JOB_STATUSES.length * HAPPENINGS.length);
    });

    it('finishes a run exactly when it leads to a terminal status', () => {
        for (const [status, type] of CELLS) {
            const result = step(status, { type });
            if (!result.ok) throw new Error(`${status} ${type} is refused`);
            const finishes = result.effects.some((effect) => effect.type === 'finish');
            expect(finishes, `${status} ${type}`).toBe(isTerminal(result.status));
        }
    });

    it('leaves a terminal status only by a resurrection', () => {
        for (const status of JOB_STATUSES.filter(isTerminal)) {
            for (const type of HAPPENINGS.filter((happening) => happening !== 'resurrection-asked'))
                expect(step(status, { type }).ok).toBe(false);
        }
    });

    it('keeps every seeded random walk of 10,000 happenings on the rails', () => {
        let seed = 20261124;
        const random = (below: number): number => {
            seed = (seed * 1103515245 + 12345) & 0x7fffffff;
            return seed % below;
        };
        let status: JobStatus = 'READY';
        for (let count = 0; count < 10_000; count++) {
            const result = step(status, { type: HAPPENINGS[random(HAPPENINGS.length)]! });
            if (!result.ok) continue;
            expect(JOB_STATUSES).toContain(result.status);
            status = isTerminal(result.status) ? 'READY' : result.status;
        }
    });
});

import { describe, expect, it } from 'vitest';
import { RunIndex, type IndexedRun, type RunKeys } from '../../../src/registry/run-index.js';
import { JOB_STATUSES, type JobStatus } from '../../../src/model/status.js';
import { seededRandom, someSeeds } from '../../support/random.js';
import type { RunFilter, RunQuery } from '../../../src/model/run-document.js';
import type { RunOrigin } from '../../../src/model/run.js';

interface Fields {
    actId: string;
    startedAt: number;
    status: JobStatus;
    origin: RunOrigin;
}

/** Every other run has been started by one of two. */
const PARENTS = ['one', undefined, 'two', undefined];

function makeKeys(id: number, fields: Fields): RunKeys {
    return { id: String(id), userId: id % 3 === 0 ? 'one' : 'two', startedByRunId: PARENTS[id % 4], ...fields };
}

function matches({ actId, isOf, statuses, startedAfter = -Infinity, startedBefore = Infinity }: RunFilter) {
    return (run: IndexedRun): boolean =>
        (actId === undefined || run.actId === actId) &&
        isOf?.(run.userId) !== false &&
        (statuses === undefined || statuses.includes(run.status)) &&
        run.startedAt >= startedAfter &&
        run.startedAt <= startedBefore;
}

/** What a look at each of them would give. */
function naivePage(entries: readonly IndexedRun[], query: RunQuery): { total: number; ids: string[] } {
    const all = entries.filter(matches(query));
    const page = (query.desc ? all.toReversed() : all).slice(query.offset, query.offset + query.limit);
    return { total: all.length, ids: page.map(({ id }) => id) };
}

describe('the index of runs', () => {
    it.each(someSeeds(4))('finds what a look at each run would find (seed %s)', (seed) => {
        const random = seededRandom(seed);
        const pick = <One>(all: readonly One[]): One => all[Math.floor(random() * all.length)]!;
        const maybe = <One>(value: One): One | undefined => (random() < 0.5 ? value : undefined);
        const index = new RunIndex();
        const entries: IndexedRun[] = [];
        for (let n = 0; n < 3000; n++) {
            const happening = random();
            if (happening < 0.6 || entries.length === 0) {
                // Many start in the same millisecond, and now and then the clock of the machine is put back.
                const startedAt = Math.floor(n / 7) - (random() < 0.05 ? 20 : 0);
                const origin = pick(['API', 'ACTOR'] as const);
                const keys = makeKeys(n, { actId: pick(['a', 'b', 'c']), startedAt, status: 'READY', origin });
                entries.push(index.add(keys));
                entries.sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence);
            } else if (happening < 0.9) {
                index.update(pick(entries), pick(JOB_STATUSES));
            } else {
                const entry = pick(entries);
                index.remove(entry);
                entries.splice(entries.indexOf(entry), 1);
            }
        }

        for (const parent of ['one', 'two', 'none']) {
            const started = entries.filter(({ startedByRunId }) => startedByRunId === parent);
            expect(index.startedBy(parent)).toEqual(started);
        }
        for (let n = 0; n < 300; n++) {
            const user = pick(['one', 'two', 'three']);
            const isOf = maybe((userId: string): boolean => userId === user);
            const query: RunQuery = {
                isOf,
                actId: maybe(pick(['a', 'b', 'c', 'd'])),
                statuses: maybe(
                    [pick(JOB_STATUSES), pick(JOB_STATUSES), pick(JOB_STATUSES)].slice(0, pick([0, 1, 2, 3])),
                ),
                startedAfter: maybe(pick([-5, 0, 100, 200, 1000])),
                startedBefore: maybe(pick([-5, 0, 100, 300, 1000])),
                offset: pick([0, 1, 5, 100, 5000]),
                limit: pick([0, 1, 10, 1000]),
                desc: random() < 0.5,
            };
            const page = index.page(query);
            expect({ total: page.total, ids: page.entries.map(({ id }) => id) }, JSON.stringify(query)).toEqual(
                naivePage(entries, query),
            );
            const last = {
                actId: pick(['a', 'd']),
                isOf,
                status: maybe(pick(JOB_STATUSES)),
                origin: maybe(pick(['API', 'CLI'] as const)),
            };
            const found = entries.findLast(
                (run) =>
                    run.actId === last.actId &&
                    isOf?.(run.userId) !== false &&
                    (last.status === undefined || run.status === last.status) &&
                    (last.origin === undefined || run.origin === last.origin),
            );
            expect(index.last(last)).toBe(found);
        }
    });
});

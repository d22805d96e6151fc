import { describe, expect, it } from 'vitest';
import { createMemoryDocuments } from '../../src/records/document-store.js';
import { RunRegistry } from '../../src/records/runs.js';
import { JOB_STATUSES } from '../../src/model/api/status.js';
import { seededRandom, createSeeds } from '../support/arbitraries/random.js';
import type { RunDocument, RunFilter, RunQuery } from '../../src/model/api/run-document.js';

/** The parents of runs, by number of the run: every other run is a child of one of two runs. */
const PARENTS = ['one', undefined, 'two', undefined];

function makeDocument(id: number, actId: string, startedAt: number, origin: string): RunDocument {
    const run = {
        id: String(id),
        actId,
        userId: id % 3 === 0 ? 'one' : 'two',
        startedAt: new Date(startedAt),
        status: 'READY',
        meta: { origin },
    };
    return { run, startedByRunId: PARENTS[id % 4] } as RunDocument;
}

function matches({ actId, isOwner, statuses, startedAfter = -Infinity, startedBefore = Infinity }: RunFilter) {
    return ({ run }: RunDocument): boolean =>
        (actId === undefined || run.actId === actId) &&
        isOwner?.(run.userId) !== false &&
        (statuses === undefined || statuses.includes(run.status)) &&
        run.startedAt.getTime() >= startedAfter &&
        run.startedAt.getTime() <= startedBefore;
}

/** The expected result: filters all runs one by one. */
function naivePage(documents: readonly RunDocument[], query: RunQuery): { total: number; ids: string[] } {
    const all = documents.filter(matches(query));
    const page = (query.desc ? all.toReversed() : all).slice(query.offset, query.offset + query.limit);
    return { total: all.length, ids: page.map(({ run }) => run.id) };
}

describe('the registry of runs', () => {
    it.each(createSeeds(4))('has the same results as a filter over all runs (seed %s)', (seed) => {
        const random = seededRandom(seed);
        const pick = <One>(all: readonly One[]): One => all[Math.floor(random() * all.length)]!;
        const maybe = <One>(value: One): One | undefined => (random() < 0.5 ? value : undefined);
        const registry = new RunRegistry(createMemoryDocuments());
        const documents: RunDocument[] = [];
        for (let n = 0; n < 3000; n++) {
            const happening = random();
            if (happening < 0.6 || documents.length === 0) {
                // Many runs start in the same millisecond, and sometimes the system clock is set back.
                const startedAt = Math.floor(n / 7) - (random() < 0.05 ? 20 : 0);
                const document = makeDocument(n, pick(['a', 'b', 'c']), startedAt, pick(['API', 'ACTOR']));
                registry.save(document);
                documents.push(document);
                // Runs of the same millisecond keep the order in which they were added.
                documents.sort((a, b) => a.run.startedAt.getTime() - b.run.startedAt.getTime());
            } else if (happening < 0.9) {
                const document = pick(documents);
                document.run.status = pick(JOB_STATUSES);
                registry.save(document);
            } else {
                const document = pick(documents);
                registry.remove(document.run.id);
                documents.splice(documents.indexOf(document), 1);
            }
        }

        for (const parent of ['one', 'two', 'none']) {
            const started = documents.filter(({ startedByRunId }) => startedByRunId === parent);
            expect(registry.startedBy(parent)).toEqual(started);
        }
        for (let n = 0; n < 300; n++) {
            const user = pick(['one', 'two', 'three']);
            const isOwner = maybe((userId: string): boolean => userId === user);
            const query: RunQuery = {
                isOwner,
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
            const page = registry.page(query);
            expect({ total: page.total, ids: page.documents.map(({ run }) => run.id) }, JSON.stringify(query)).toEqual(
                naivePage(documents, query),
            );
            const last = {
                actId: pick(['a', 'd']),
                isOwner,
                status: maybe(pick(JOB_STATUSES)),
                origin: maybe(pick(['API', 'CLI'] as const)),
            };
            const found = documents.findLast(
                ({ run }) =>
                    run.actId === last.actId &&
                    isOwner?.(run.userId) !== false &&
                    (last.status === undefined || run.status === last.status) &&
                    (last.origin === undefined || run.meta.origin === last.origin),
            );
            expect(registry.last(last)).toBe(found);
        }
    });
});

import { describe, expect, it } from 'vitest';
import { selectPurgeable } from '../../src/cli/commands/purge.js';
import type { RunRecord } from '../../src/cli/backend/resolve.js';

type PurgeStorage = Parameters<typeof selectPurgeable>[1][number];

const OLD = '2026-01-01T00:00:00.000Z';
const NEW = '2026-03-01T00:00:00.000Z';
const BEFORE = Date.parse('2026-02-01T00:00:00.000Z');

function run(id: string, more: Partial<RunRecord> = {}): RunRecord {
    return {
        id,
        status: 'SUCCEEDED',
        finishedAt: OLD,
        defaultDatasetId: `${id}-d`,
        defaultKeyValueStoreId: `${id}-k`,
        defaultRequestQueueId: `${id}-q`,
        ...more,
    } as RunRecord;
}

function storage(id: string, more: Partial<PurgeStorage> = {}): PurgeStorage {
    return { id, modifiedAt: OLD, ...more } as PurgeStorage;
}

function purged(runs: RunRecord[], storages: PurgeStorage[], before = BEFORE): string[] {
    const { runIds, storages: chosen } = selectPurgeable(runs, storages, before);
    return [...runIds, ...chosen.map(({ id }) => id)];
}

describe('a purge', () => {
    it('takes what is old and has no name', () => {
        expect(purged([run('r')], [storage('r-d', { actRunId: 'r' }), storage('lone')])).toEqual(['r', 'r-d', 'lone']);
    });

    it('leaves what is new', () => {
        expect(purged([run('r', { finishedAt: NEW })], [storage('lone', { modifiedAt: NEW })])).toEqual([]);
    });

    it('takes what is new, too, if it is not to look at that', () => {
        expect(purged([run('r', { finishedAt: NEW })], [storage('r-d', { modifiedAt: NEW })], Infinity)).toEqual([
            'r',
            'r-d',
        ]);
    });

    it('leaves what has a name', () => {
        expect(purged([run('r')], [storage('r-d', { actRunId: 'r', name: 'mine' })])).toEqual(['r']);
    });

    it('leaves runs that go on, with whatever belongs to them', () => {
        const goesOn = run('r', { status: 'RUNNING', finishedAt: undefined as never });

        expect(purged([goesOn], [storage('r-d'), storage('more', { actRunId: 'r' })], Infinity)).toEqual([]);
    });

    it('leaves a run that would take a storage with it which was changed since', () => {
        const storages = [storage('r-d', { actRunId: 'r', modifiedAt: NEW }), storage('r-k', { actRunId: 'r' })];

        expect(purged([run('r')], storages)).toEqual([]);
    });
});

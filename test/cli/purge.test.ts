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
    it('deletes old unnamed data', () => {
        expect(purged([run('r')], [storage('r-d', { actRunId: 'r' }), storage('lone')])).toEqual(['r', 'r-d', 'lone']);
    });

    it('keeps new data', () => {
        expect(purged([run('r', { finishedAt: NEW })], [storage('lone', { modifiedAt: NEW })])).toEqual([]);
    });

    it('deletes new data without a time limit', () => {
        expect(purged([run('r', { finishedAt: NEW })], [storage('r-d', { modifiedAt: NEW })], Infinity)).toEqual([
            'r',
            'r-d',
        ]);
    });

    it('keeps named storages', () => {
        expect(purged([run('r')], [storage('r-d', { actRunId: 'r', name: 'mine' })])).toEqual(['r']);
    });

    it('keeps active runs with their storages', () => {
        const goesOn = run('r', { status: 'RUNNING', finishedAt: undefined as never });

        expect(purged([goesOn], [storage('r-d'), storage('more', { actRunId: 'r' })], Infinity)).toEqual([]);
    });

    it('keeps a run whose storage was modified since', () => {
        const storages = [storage('r-d', { actRunId: 'r', modifiedAt: NEW }), storage('r-k', { actRunId: 'r' })];

        expect(purged([run('r')], storages)).toEqual([]);
    });
});

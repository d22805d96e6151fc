import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of a run's storages, by the fields with their ids. */
const STORAGES = {
    defaultDatasetId: 'datasets',
    defaultKeyValueStoreId: 'key-value-stores',
    defaultRequestQueueId: 'request-queues',
} as const;

/**
 * Makes so many runs of the one run that is in a storage directory, with their storages, by copying its files: a minute for
 * what would take a quarter of an hour. No engine may have the directory open.
 */
export async function multiplyRuns(directory: string, count: number): Promise<void> {
    const runs = join(directory, 'registry', 'runs');
    const [name = ''] = readdirSync(runs);
    const text = readFileSync(join(runs, name), 'utf8');
    const { run } = JSON.parse(text) as { run: Record<keyof typeof STORAGES | 'id' | 'startedAt', string> };
    const fields = Object.keys(STORAGES) as (keyof typeof STORAGES)[];
    const metadata = fields.map((field) => readFileSync(metadataPath(directory, field, run[field]), 'utf8'));
    for (let copy = 1; copy < count; copy += 1) {
        const id = idOf('r', copy);
        const startedAt = new Date(Date.parse(run.startedAt) - copy * 1000).toISOString();
        let copied = text.replaceAll(run.id, id).replace(run.startedAt, startedAt);
        for (const [index, field] of fields.entries()) {
            const storageId = idOf(field[7]!, copy);
            copied = copied.replaceAll(run[field], storageId);
            const path = metadataPath(directory, field, storageId);
            mkdirSync(join(path, '..'));
            writeFileSync(path, metadata[index]!.replaceAll(run[field], storageId).replaceAll(run.id, id));
        }
        writeFileSync(join(runs, `${id}.json`), copied);
    }
}

function metadataPath(directory: string, field: keyof typeof STORAGES, id: string): string {
    return join(directory, STORAGES[field], id, 'metadata.json');
}

function idOf(letter: string, copy: number): string {
    return `${letter}${String(copy).padStart(16, '0')}`;
}

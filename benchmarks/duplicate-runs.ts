import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The collections of a run's storages, by the field of the run that contains the storage's ID. */
const STORAGES = {
    defaultDatasetId: 'datasets',
    defaultKeyValueStoreId: 'key-value-stores',
    defaultRequestQueueId: 'request-queues',
} as const;

/**
 * Copies the single run of a storage directory, with its storages, until the directory has `count` runs. Copying the
 * documents takes seconds, while starting the runs would take a quarter of an hour. No engine may have the directory open.
 */
export function duplicateRuns(directory: string, count: number): void {
    const [line = ''] = latestLines(directory, 'runs').values();
    const [, { run }] = JSON.parse(line) as [
        string,
        { run: Record<keyof typeof STORAGES | 'id' | 'startedAt', string> },
    ];
    const fields = Object.keys(STORAGES) as (keyof typeof STORAGES)[];
    const metadata = fields.map((field) => latestLines(directory, STORAGES[field]).get(run[field])!);
    const lines = { runs: [line], storages: metadata.map((document) => [document]) };
    for (let copy = 1; copy < count; copy += 1) {
        const id = createId('r', copy);
        const startedAt = new Date(Date.parse(run.startedAt) - copy * 1000).toISOString();
        let copied = line.replaceAll(run.id, id).replace(run.startedAt, startedAt);
        for (const [index, field] of fields.entries()) {
            const storageId = createId(field[7]!, copy);
            copied = copied.replaceAll(run[field], storageId);
            lines.storages[index]!.push(metadata[index]!.replaceAll(run[field], storageId).replaceAll(run.id, id));
        }
        lines.runs.push(copied);
    }
    writeLines(directory, 'runs', lines.runs);
    for (const [index, field] of fields.entries()) writeLines(directory, STORAGES[field], lines.storages[index]!);
}

/** Returns the latest line of each document of a collection, by ID. */
function latestLines(directory: string, collection: string): Map<string, string> {
    const lines = readFileSync(journalPath(directory, collection), 'utf8').split('\n').slice(0, -1);
    return new Map(lines.map((line) => [(JSON.parse(line) as [string])[0], line]));
}

function writeLines(directory: string, collection: string, lines: readonly string[]): void {
    writeFileSync(journalPath(directory, collection), lines.map((line) => `${line}\n`).join(''));
}

function journalPath(directory: string, collection: string): string {
    return join(directory, 'registry', `${collection}.jsonl`);
}

function createId(letter: string, copy: number): string {
    return `${letter}${String(copy).padStart(16, '0')}`;
}

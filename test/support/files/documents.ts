import fs, { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Returns the path of a collection's journal in a storage directory; the collection is `runs`, `datasets` etc. */
export function journalOf(storageDir: string, collection: string): string {
    return join(storageDir, 'registry', `${collection}.jsonl`);
}

/** Returns the documents of a collection on disk, by id. */
export function documentsIn<Document = Record<string, unknown>>(
    storageDir: string,
    collection: string,
): Map<string, Document> {
    const documents = new Map<string, Document>();
    for (const line of linesOf(journalOf(storageDir, collection))) {
        const [id, document] = JSON.parse(line) as [string, Document?];
        if (document === undefined) documents.delete(id);
        else documents.set(id, document);
    }
    return documents;
}

/** Edits the line of a document, as a user would. `change` gets the latest line and returns a new one, or undefined to remove it. */
export function editDocument(
    storageDir: string,
    collection: string,
    id: string,
    change: (line: string) => string | undefined,
): void {
    const path = journalOf(storageDir, collection);
    const isOwn = (line: string): boolean => line.startsWith(`["${id}"`);
    const lines = linesOf(path);
    const latest = change(lines.findLast(isOwn)!);
    const edited = [...lines.filter((line) => !isOwn(line)), ...(latest === undefined ? [] : [latest])];
    writeFileSync(path, edited.map((line) => `${line}\n`).join(''));
}

/** Replaces a string in the latest line of each document. */
export function replaceInDocuments(storageDir: string, collection: string, text: string, by: string): void {
    for (const id of documentsIn(storageDir, collection).keys()) {
        editDocument(storageDir, collection, id, (line) => line.replace(text, by));
    }
}

/** Makes writes to a file fail, or some of them. Returns a function that ends this, as the end of the test does. */
export function refuseWrites(path: string, isRefused: (text: string) => boolean = () => true): () => void {
    const { writeSync } = fs;
    fs.writeSync = ((descriptor: number, ...args: unknown[]) => {
        if (readlinkSync(`/proc/self/fd/${descriptor}`) === path && isRefused(String(args[0]))) {
            throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        }
        return (writeSync as (...all: unknown[]) => unknown)(descriptor, ...args);
    }) as typeof writeSync;
    syncBuiltinESMExports();
    const allow = (): void => {
        fs.writeSync = writeSync;
        syncBuiltinESMExports();
    };
    onTestFinished(allow);
    return allow;
}

function linesOf(path: string): string[] {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

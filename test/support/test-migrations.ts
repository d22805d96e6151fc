import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Migration } from '../../src/storage/migrations.js';

/** Makes a directory of version 1, with what {@link TEST_MIGRATIONS} want to find. */
export function writeOldDirectory(directory: string): void {
    mkdirSync(join(directory, 'notes'), { recursive: true });
    for (const name of ['a', 'b', 'c']) writeFileSync(join(directory, 'notes', `${name}.txt`), `note ${name}`);
    writeFileSync(join(directory, 'list.txt'), 'a,b,c');
    writeFileSync(join(directory, 'kept.txt'), 'kept');
    writeFileSync(join(directory, 'format.json'), '{ "version": 1 }');
}

/** What they make of it in the end, but for the backups. */
export const MIGRATED: Readonly<Record<string, string>> = {
    'format.json': '{\n    "version": 3\n}\n',
    'kept.txt': 'kept',
    'letters/all.txt': 'NOTE A,NOTE B,NOTE C',
    'notes/a.txt': 'NOTE A',
    'notes/b.txt': 'NOTE B',
    'notes/c.txt': 'NOTE C',
};

/** What they leave of what there was before. */
export const BACKUPS: Readonly<Record<string, string>> = {
    'before-version-2/list.txt': 'a,b,c',
    'before-version-2/notes/a.txt': 'note a',
    'before-version-2/notes/b.txt': 'note b',
    'before-version-2/notes/c.txt': 'note c',
    'before-version-3/index.txt': 'a b c',
};

/** From version 1 to 3: files that change, one that goes, one that comes, and a folder that takes the place of a file. */
export const TEST_MIGRATIONS: readonly Migration[] = [
    {
        from: 1,
        what: 'notes are in capitals',
        async write({ directory, draft }) {
            const names = readdirSync(join(directory, 'notes'));
            mkdirSync(join(draft, 'notes'));
            for (const name of names) {
                const text = readFileSync(join(directory, 'notes', name), 'utf8');
                writeFileSync(join(draft, 'notes', name), text.toUpperCase());
            }
            writeFileSync(
                join(draft, 'index.txt'),
                readFileSync(join(directory, 'list.txt'), 'utf8').replaceAll(',', ' '),
            );
            return [...names.map((name) => `notes/${name}`), 'index.txt', 'list.txt'];
        },
    },
    {
        from: 2,
        what: 'letters are together',
        write({ directory, draft }) {
            const texts = readdirSync(join(directory, 'notes')).map((name) =>
                readFileSync(join(directory, 'notes', name), 'utf8'),
            );
            mkdirSync(join(draft, 'letters'));
            writeFileSync(join(draft, 'letters', 'all.txt'), texts.join(','));
            return ['letters', 'index.txt'];
        },
    },
];

/** All files of a directory, by their paths. */
export function filesOf(directory: string): Record<string, string> {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
    return Object.fromEntries(
        paths.map((path) => [path.slice(directory.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
    );
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';

/** Allowed entries at the top level. Put configuration of tools into dotfiles, `package.json` or the folder it concerns. */
const TOP_LEVEL = [
    '.ci',
    '.gitignore',
    '.oxfmtrc.json',
    '.oxlintrc.json',
    '.tsdown.config.ts',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'benchmarks',
    'docs',
    'examples',
    'package-lock.json',
    'package.json',
    'src',
    'test',
    'tsconfig.json',
];
/** Created by tools; not part of the repository. */
const GENERATED = ['.git', 'node_modules', 'dist', 'coverage', 'storage'];

describe('the repository', () => {
    it('has only known entries at the top level', () => {
        const entries = readdirSync(ROOT).filter((name) => !GENERATED.includes(name) && !name.endsWith('.tgz'));

        expect(entries.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
    });

    it('has no file that contains its path on this machine', () => {
        const violations = textFiles(ROOT).filter(({ text }) => text.includes(ROOT));

        expect(violations.map(({ path }) => path)).toEqual([]);
    });

    it('has a lockfile without registry URLs', () => {
        const lockfile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');

        expect(lockfile).not.toContain('"resolved": "http');
    });

    it('ends each text file with a line break', () => {
        const violations = textFiles(ROOT).filter(({ text }) => text !== '' && !text.endsWith('\n'));

        expect(violations.map(({ path }) => path)).toEqual([]);
    });
});

function textFiles(folder: string): { path: string; text: string }[] {
    return readdirSync(folder)
        .filter((name) => !GENERATED.includes(name))
        .flatMap((name) => {
            const path = join(folder, name);
            if (statSync(path).isDirectory()) return textFiles(path);
            const text = readFileSync(path, 'utf8');
            return text.includes('\0') || name.endsWith('.tgz') ? [] : [{ path, text }];
        });
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';

/** All that may stand at the top; configuration of tools goes into dotfiles, `package.json` or the folder it is about. */
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
/** Made by tools and not part of the repository. */
const GENERATED = ['.git', 'node_modules', 'dist', 'coverage', 'storage'];

describe('the repository', () => {
    it('has nothing at the top but what belongs there', () => {
        const entries = readdirSync(ROOT).filter((name) => !GENERATED.includes(name) && !name.endsWith('.tgz'));

        expect(entries.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
    });

    it('has no file that names the folder it lies in on this machine', () => {
        const culprits = textFiles(ROOT).filter(({ text }) => text.includes(ROOT));

        expect(culprits.map(({ path }) => path)).toEqual([]);
    });

    it('has a lockfile that leaves the registry to whoever installs', () => {
        const lockfile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');

        expect(lockfile).not.toContain('"resolved": "http');
    });

    it('has no source file without its own line end', () => {
        const culprits = textFiles(ROOT).filter(({ text }) => text !== '' && !text.endsWith('\n'));

        expect(culprits.map(({ path }) => path)).toEqual([]);
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

import { describe, expect, it } from 'vitest';
import { cliIn } from '../../support/cli/cli.js';
import { keptDirectory } from '../../support/files/persistent-temp-dir.js';
import { tempDir } from '../../support/files/temp-dir.js';

/** The candidates for the last word of a line, without their descriptions. */
async function complete(cwd: string, ...words: string[]): Promise<string[]> {
    const line = ['complete', '--', ...words.map((word) => `'${word}'`)].join(' ');
    const { code, stdout, stderr } = await cliIn(cwd)(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').flatMap((one) => one.split('\t')[0] || []);
}

describe('completion', () => {
    it('knows commands, options and their values', async () => {
        const cwd = await tempDir();

        expect(await complete(cwd, 'ru')).toEqual(['run', 'runs']);
        expect(await complete(cwd, '')).not.toContain('complete');
        expect(await complete(cwd, 'runs', 'l')).toEqual(['list', 'log']);
        expect(await complete(cwd, 'run', '--mem')).toEqual(['--memory']);
        expect(await complete(cwd, 'run', '--no')).toEqual(['--no-color']);
        expect(await complete(cwd, 'runs', 'list', '--verb')).toEqual(['--verbose']);
        expect(await complete(cwd, 'run', '--isolation', '')).toEqual(['thread', 'pooled', 'process', 'inline']);
        expect(await complete(cwd, 'completion', 'z')).toEqual(['zsh']);
        expect(await complete(cwd, 'nothing', 'here')).toEqual([]);
        expect(await complete(cwd, 'dataset', 'list', 'x')).toEqual([]);
    });

    it('leaves paths to the shell', async () => {
        const cwd = await tempDir();

        expect(await complete(cwd, 'run', './')).toEqual([':file']);
        expect(await complete(cwd, 'run', '--storage', '')).toEqual([':directory']);
        expect(await complete(cwd, 'run', '--isolation', 'thread', './')).toEqual([':file']);
        expect(await complete(cwd, 'dev', 'one', '')).toEqual([':directory']);
    });

    it('knows the names of Actors, runs and storages', async () => {
        const { cwd, runs } = await keptDirectory();

        expect(await complete(cwd, 'run', 'sh')).toEqual([':file', 'shop']);
        expect(await complete(cwd, 'runs', 'show', '')).toEqual(['last', 'shop', runs.failed, runs.succeeded]);
        expect(await complete(cwd, 'runs', 'delete', 'last', runs.failed.slice(0, 5))).toEqual([runs.failed]);
        expect(await complete(cwd, 'log', '--tail', '3', 'la')).toEqual(['last']);
        expect(await complete(cwd, 'dataset', 'items', 'prod')).toEqual(['products']);
        expect(await complete(cwd, 'kv', 'get', 'conf')).toEqual(['config']);
        expect(await complete(cwd, 'queue', 'requests', '')).toContain('todo');
        expect(await complete(cwd, 'purge', '--dataset', '')).toEqual(['products']);
        expect(await complete(cwd, 'purge', '--kv', '')).toEqual(['config']);
    });
});

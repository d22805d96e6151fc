import { describe, expect, it } from 'vitest';
import { inWordsOfCommands } from '../../../src/cli/in-words-of-commands.js';
import { pathOf, referencePath } from '../../../src/cli/find/path-of.js';
import { harmlessJson } from '../../../src/cli/terminal/harmless.js';
import { claimDirectory } from '../../../src/storage/directory-owner.js';
import { tempDir } from '../../support/temp-dir.js';

describe('what the library advises', () => {
    it('is said in the words of commands', async () => {
        const directory = await tempDir();
        const claim = await claimDirectory(directory);
        const error = await claimDirectory(directory).catch((thrown: unknown) => thrown as Error);
        claim.release();

        const message = inWordsOfCommands((error as Error).message);

        expect(message).toContain('name another directory: --storage DIR');
        expect(message).not.toContain('storageDir');
    });
});

describe('a path of the API', () => {
    it('takes any characters, and nothing empty', () => {
        expect(pathOf('datasets', '../a b', 'items')).toBe('datasets/..%2Fa%20b/items');
        expect(referencePath('acts', 'me/shop')).toBe('acts/me~shop');
        expect(() => pathOf('datasets', '')).toThrow('is empty');
    });
});

describe('JSON on a terminal', () => {
    it('stays the same JSON, and does nothing to the terminal', () => {
        const value = { text: 'a\u009b31m\u202eb', 'k\u0085': [1, 'é\n'] };

        const shown = harmlessJson(JSON.stringify(value, undefined, 2));

        expect(shown).not.toMatch(/[\u0080-\u009f\u202e]/);
        expect(JSON.parse(shown)).toEqual(value);
    });
});

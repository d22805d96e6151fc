import { describe, expect, it } from 'vitest';
import { apiPath, referencePath } from '../../src/cli/backend/api.js';
import { inCommandTerms } from '../../src/cli/errors.js';
import { safeJson } from '../../src/cli/ui/escape-control-characters.js';
import { lockDirectory } from '../../src/storage/file/directory/directory-lock.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('what the library advises', () => {
    it('is said in the words of commands', async () => {
        const directory = await tempDir();
        const claim = await lockDirectory(directory);
        const error = await lockDirectory(directory).catch((thrown: unknown) => thrown as Error);
        claim.release();

        const message = inCommandTerms((error as Error).message);

        expect(message).toContain('another directory with --storage DIR');
        expect(message).not.toContain('storageDir');
    });
});

describe('a path of the API', () => {
    it('takes any characters, and nothing empty', () => {
        expect(apiPath('datasets', '../a b', 'items')).toBe('datasets/..%2Fa%20b/items');
        expect(referencePath('acts', 'me/shop')).toBe('acts/me~shop');
        expect(() => apiPath('datasets', '')).toThrow('is empty');
    });
});

describe('JSON on a terminal', () => {
    it('stays the same JSON, and does nothing to the terminal', () => {
        const value = { text: 'a\u009b31m\u202eb', 'k\u0085': [1, 'é\n'] };

        const shown = safeJson(JSON.stringify(value, undefined, 2));

        expect(shown).not.toMatch(/[\u0080-\u009f\u202e]/);
        expect(JSON.parse(shown)).toEqual(value);
    });
});

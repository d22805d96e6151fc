import { describe, expect, it } from 'vitest';
import { Api, apiPath, referencePath } from '../../src/cli/backend/api.js';
import { commandMessage } from '../../src/cli/errors.js';
import { createEngine } from '../../src/engine/create-engine.js';
import { EngineError } from '../../src/errors/engine-error.js';
import { REMEDIES, type Remedy } from '../../src/errors/remedies.js';
import { deserializeError, serializeError } from '../../src/errors/serialize.js';
import { safeJson } from '../../src/cli/ui/escape-control-characters.js';
import { lockDirectory } from '../../src/storage/file/directory/directory-lock.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('The remedy of an error', () => {
    it('names the options of commands', async () => {
        const directory = await tempDir();
        const lock = await lockDirectory(directory);
        const error = await lockDirectory(directory).catch((thrown: unknown) => thrown as EngineError);
        lock.release();

        const { message, details } = error as EngineError;

        expect(details['remedy']).toBe('close-engine');
        expect(message).toContain('choose another `storageDir`');
        expect(commandMessage(error as EngineError)).toContain('choose another directory: --storage DIR');
        expect(commandMessage(error as EngineError)).not.toContain('storageDir');
    });

    it('arrives over HTTP', async () => {
        const engine = await createEngine();
        const { url } = await engine.listen();

        const error = await new Api({ url, token: 'wrong' }).get('datasets').catch((thrown: unknown) => thrown);
        await engine.close();

        expect(error).toMatchObject({ code: 'api-refused', details: { remedy: 'token' } });
        expect((error as Error).message).toContain('`engine.token`');
        expect(commandMessage(error as EngineError)).toMatch(/is not valid\. Pass the token .* --token TOKEN/);
    });

    it.each(Object.keys(REMEDIES) as Remedy[])('is reworded without other changes: %s', (remedy) => {
        const error = new EngineError('invalid-value', 'A problem.', { remedy });

        const copy = deserializeError(structuredClone(serializeError(error)));

        expect(copy).toMatchObject({ message: `A problem. ${REMEDIES[remedy]}`, details: { remedy } });
        expect(commandMessage(copy as EngineError)).toMatch(/^A problem\. [A-Z].*\.$/);
        expect(commandMessage({ ...error, message: 'Advice of its own.' })).toBe('Advice of its own.');
    });
});

describe('a path of the API', () => {
    it('accepts any characters, but no empty segment', () => {
        expect(apiPath('datasets', '../a b', 'items')).toBe('datasets/..%2Fa%20b/items');
        expect(referencePath('acts', 'me/shop')).toBe('acts/me~shop');
        expect(() => apiPath('datasets', '')).toThrow('is empty');
    });
});

describe('JSON on a terminal', () => {
    it('is equivalent JSON without control characters', () => {
        const value = { text: 'a\u009b31m\u202eb', 'k\u0085': [1, 'é\n'] };

        const shown = safeJson(JSON.stringify(value, undefined, 2));

        expect(shown).not.toMatch(/[\u0080-\u009f\u202e]/);
        expect(JSON.parse(shown)).toEqual(value);
    });
});

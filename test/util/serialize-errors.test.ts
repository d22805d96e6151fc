import { describe, expect, it } from 'vitest';
import { EngineError, isEngineError } from '../../src/errors/engine-error.js';
import { deserializeError, serializeError } from '../../src/errors/serialize.js';

describe('an error sent to another thread', () => {
    it('stays an EngineError with code, details and cause', () => {
        const original = new EngineError('record-not-found', 'No run has that id.', {
            details: { run: 'x' },
            cause: new TypeError('why'),
        });

        const copy = deserializeError(structuredClone(serializeError(original)));

        expect(isEngineError(copy)).toBe(true);
        expect(copy).toMatchObject({ code: 'record-not-found', type: 'record-not-found', statusCode: 404 });
        expect(copy).toMatchObject({ message: original.message, details: { run: 'x' }, cause: { name: 'TypeError' } });
    });

    it('keeps name, message, stack and code of any other error', () => {
        const original = Object.assign(new RangeError('too far'), { code: 'E_FAR' });

        const copy = deserializeError(structuredClone(serializeError(original)));

        expect(copy).toMatchObject({ name: 'RangeError', message: 'too far', stack: original.stack, code: 'E_FAR' });
        expect(isEngineError(copy)).toBe(false);
    });

    it('does not treat a foreign error as an EngineError because of its code', () => {
        const foreign = Object.assign(new Error('x'), { code: 'record-not-found' });

        expect(isEngineError(deserializeError(serializeError(foreign)))).toBe(false);
    });

    it.each([undefined, null, 'text', 42, { a: 1 }, Symbol('s'), 10n])('has a message when %s was thrown', (thrown) => {
        expect(serializeError(thrown).message).not.toBe('');
    });

    it('supports circular causes', () => {
        const circular: Error & { cause?: unknown } = new Error('round');
        circular.cause = circular;

        expect(() => structuredClone(serializeError(circular))).not.toThrow();
    });
});

import { describe, expect, it } from 'vitest';
import { hasSecrets, redactSecrets } from '../../../src/console/storage/records/record.js';

describe('the secrets of an input', () => {
    it('are redacted, and nothing else is', () => {
        const input = JSON.parse(
            '{"a":"ENCRYPTED_VALUE:xx:yy","b":[{"c":"ENCRYPTED_JSON:h:x:y"}],"d":"ENCRYPTED","__proto__":1,"e":null,"f":2}',
        );

        expect(JSON.stringify(redactSecrets(input))).toBe(
            '{"a":"••••••••","b":[{"c":"••••••••"}],"d":"ENCRYPTED","__proto__":1,"e":null,"f":2}',
        );
    });

    it('are found at any depth', () => {
        expect(hasSecrets({ a: [{ b: 'ENCRYPTED_VALUE:x:y' }] })).toBe(true);
        expect(hasSecrets({ a: ['x', null, 3] })).toBe(false);
    });
});

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSecretCipher } from '../../src/storage/secret-cipher.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('a secret cipher', () => {
    it.each(['', 'a password', 'ž€𝒳\n"', 'x'.repeat(100_000)])('decrypts an encrypted text', (text) => {
        const box = createSecretCipher();

        expect(box.decrypt(box.encrypt(text))).toBe(text);
    });

    it('hides the text, and whether two texts are equal', () => {
        const box = createSecretCipher();

        const [one, other] = [box.encrypt('a password'), box.encrypt('a password')];

        expect(one).not.toContain('password');
        expect(Buffer.from(one, 'base64').toString('latin1')).not.toContain('password');
        expect(one).not.toBe(other);
    });

    it('stores its key in a file that only this user can read', async () => {
        const file = join(await tempDir(), 'secret.key');
        const sealed = createSecretCipher(file).encrypt('a password');

        expect(createSecretCipher(file).decrypt(sealed)).toBe('a password');
        expect((await stat(file)).mode & 0o077).toBe(0);
    });

    it('creates no key while there is no secret', async () => {
        const file = join(await tempDir(), 'secret.key');
        createSecretCipher(file);

        await expect(stat(file)).rejects.toThrow('ENOENT');
    });

    it.each([
        ['another key', (sealed: string) => sealed],
        ['a text that was never sealed', () => 'a password'],
        ['a text that is cut off', (sealed: string) => sealed.slice(0, 12)],
    ])('refuses %s', (_, change) => {
        const sealed = change(createSecretCipher().encrypt('a password'));

        expect(() => createSecretCipher().decrypt(sealed)).toThrow(
            expect.objectContaining({ code: 'storage-corrupted' }),
        );
    });

    it('refuses a changed text', () => {
        const box = createSecretCipher();
        const sealed = box.encrypt('a password');
        const changed = sealed.slice(0, -4) + (sealed.endsWith('AAAA') ? 'BBBB' : 'AAAA');

        expect(() => box.decrypt(changed)).toThrow(expect.objectContaining({ code: 'storage-corrupted' }));
    });

    it('refuses a key file without a valid key, and keeps it unchanged', async () => {
        const file = join(await tempDir(), 'secret.key');
        await writeFile(file, 'none\n');

        expect(() => createSecretCipher(file).encrypt('a password')).toThrow(
            expect.objectContaining({ code: 'storage-corrupted', message: expect.stringContaining(file) }),
        );
        expect(await readFile(file, 'utf8')).toBe('none\n');
    });
});

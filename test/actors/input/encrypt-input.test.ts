import { createPrivateKey, createPublicKey } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decryptInputSecrets, encryptInputSecrets } from '@apify/input_secrets';
import { beforeAll, describe, expect, it } from 'vitest';
import { decryptSecrets, readSecretKey } from '../../../src/protocol/input-secrets.js';
import { createMemoryDocuments } from '../../../src/records/document-store.js';
import { createFileSystemContext } from '../../../src/storage/file/file-system-context.js';
import { openFileDocuments } from '../../../src/records/file-documents.js';
import { compileInputSchema } from '../../../src/actors/input/input-schema.js';
import { encryptInput } from '../../../src/actors/input/prepare-input.js';
import { SecretKeyring, type SecretKeyPair } from '../../../src/actors/input/secret-keys.js';
import { inputSchema } from '../../support/actors/schema-actor.js';
import { tempDir } from '../../support/files/temp-dir.js';

const SOURCE = inputSchema({
    password: { type: 'string', editor: 'textfield', isSecret: true },
    login: { type: 'object', editor: 'json', isSecret: true },
    tokens: { type: 'array', editor: 'json', isSecret: true },
    open: { type: 'string', editor: 'textfield' },
});
const INPUT = {
    password: 'pässword ☂',
    login: { user: 'me', deep: [{ pin: 1234 }] },
    tokens: ['one', 'two'],
    open: 'plain',
};

describe('the secrets of an input', () => {
    const keys = new SecretKeyring(createMemoryDocuments());
    let pair: SecretKeyPair;

    beforeAll(async () => {
        pair = await keys.require('me');
    });

    async function seal(input: Record<string, unknown>): Promise<Record<string, unknown>> {
        return encryptInput(await compileInputSchema(SOURCE), input, () => keys.require('me'));
    }

    it('are encrypted in the format of the platform', async () => {
        const sealed = await seal(INPUT);

        expect(sealed['password']).toMatch(/^ENCRYPTED_VALUE:[\w+/]+=*:[\w+/]+=*$/);
        expect(sealed['login']).toMatch(/^ENCRYPTED_JSON:[0-9a-f]{10}:[\w+/]+=*:[\w+/]+=*$/);
        expect(sealed['tokens']).toMatch(/^ENCRYPTED_JSON:/);
        expect(sealed['open']).toBe('plain');
        expect(JSON.stringify(sealed)).not.toMatch(/pässword|1234|two/);
    });

    it('are decrypted by the SDK of the platform, and by the built-in one', async () => {
        const sealed = await seal(INPUT);

        const privateKey = createPrivateKey({ key: pair.privateKey, passphrase: pair.passphrase });
        const ours = Object.fromEntries(await decryptSecrets(sealed, pair));

        expect(decryptInputSecrets({ input: sealed, privateKey })).toEqual(INPUT);
        expect({ ...sealed, ...ours }).toEqual(INPUT);
    });

    it('may be encrypted by the platform, with a hash of the schema or without', async () => {
        const publicKey = createPublicKey(pair.publicKey);
        const sealed = encryptInputSecrets({ input: INPUT, inputSchema: SOURCE, publicKey });

        expect(Object.fromEntries(await decryptSecrets(sealed, pair))).toEqual({ ...INPUT, open: undefined });
        expect(await seal(sealed)).toBe(sealed);
    });

    it('do not change an input without secrets', async () => {
        const input = { open: 'x', password: '' };

        expect(await seal(input)).toBe(input);
    });

    it('are not changed if they only look encrypted', async () => {
        const input = { a: 'ENCRYPTED_VALUE:x', b: 'ENCRYPTED_OTHER:a:b', c: 'ENCRYPTED_VALUE:not base64:x', d: 5 };

        expect(await decryptSecrets(input, pair)).toEqual([]);
        expect(await decryptSecrets(null, pair)).toEqual([]);
        expect(await decryptSecrets(['ENCRYPTED_VALUE:YQ==:YQ=='], pair)).toEqual([]);
    });

    it('that another key encrypted are reported with their field', async () => {
        const other = await keys.require('other');
        const sealed = await seal({ password: 'x' });

        await expect(decryptSecrets(sealed, other)).rejects.toThrow(/secret field `password`.*cannot be decrypted/);
    });

    it('are decrypted with a key in Base64 from the variables of a run', async () => {
        const env = {
            APIFY_INPUT_SECRETS_PRIVATE_KEY_FILE: Buffer.from(pair.privateKey).toString('base64'),
            APIFY_INPUT_SECRETS_PRIVATE_KEY_PASSPHRASE: pair.passphrase,
        };

        expect(await decryptSecrets(await seal({ password: 'x' }), readSecretKey(env)!)).toEqual([['password', 'x']]);
        expect(readSecretKey({})).toBeUndefined();
    });
});

describe('the keys for secrets', () => {
    it('are created on first use, once, and saved', async () => {
        const directory = await tempDir();
        const open = () =>
            new SecretKeyring(
                openFileDocuments(directory, createFileSystemContext({ directory, durability: 'process' })),
            );
        const first = open();

        expect(first.find('me')).toBeUndefined();
        const [pair, same] = await Promise.all([first.require('me'), first.require('me')]);

        expect(same).toBe(pair);
        expect(open().find('me')).toMatchObject({ ...pair });
        expect(pair.privateKey).toContain('ENCRYPTED PRIVATE KEY');
        expect((await stat(join(directory, 'secret-keys.jsonl'))).mode & 0o077).toBe(0);
    });

    it('are not used before they are saved', async () => {
        let isFull = true;
        const save = (): void => {
            if (isFull) throw new Error('The disk is full.');
        };
        const keys = new SecretKeyring({ ...createMemoryDocuments(), save });

        await expect(keys.require('me')).rejects.toThrow('The disk is full.');
        expect(keys.find('me')).toBeUndefined();
        isFull = false;
        const pair = await keys.require('me');
        expect(keys.find('me')).toBe(pair);
    });
});

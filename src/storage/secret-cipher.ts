import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { replaceFile } from './file/atomic-file.js';
import { ifExists, wrapFsError } from './file/fs-error.js';

/** Keeps texts so that whoever reads the files of a storage directory, but not its key, learns nothing. */
export interface SecretCipher {
    /** A text as it may be written down. The same one comes out differently each time. */
    encrypt(text: string): string;
    /** The text again; throws `storage-corrupted` when it was not sealed with this key, or was changed since. */
    decrypt(sealed: string): string;
    /** The key in Base64, for a copy of all that was sealed with it; undefined if there was nothing to seal yet. */
    exportKey(): string | undefined;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PREFIX = 'sealed:';
const OWNER_ONLY = 0o600;

/**
 * A box with a key of its own.
 *
 * @param keyFile - Where the key is kept, or made with the first secret, readable by the user of this process only. Without
 * it the key is gone with the process.
 * @param given - The key, if there is one that is not in a file.
 */
export function createSecretCipher(keyFile?: string, given?: string): SecretCipher {
    let key: Buffer | undefined = given === undefined ? undefined : Buffer.from(given, 'base64');
    // Late, so that a directory without secrets has no key, and opening one costs nothing.
    const findKey = (): Buffer => (key ??= keyFile === undefined ? randomBytes(KEY_BYTES) : readOrCreateKey(keyFile));
    return {
        exportKey: () => (key ??= keyFile === undefined ? undefined : readKey(keyFile))?.toString('base64'),
        encrypt(text) {
            const iv = randomBytes(IV_BYTES);
            const cipher = createCipheriv(CIPHER, findKey(), iv);
            const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
            return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64');
        },
        decrypt(sealed) {
            try {
                return decrypt(sealed, findKey());
            } catch (cause) {
                const message =
                    'A secret cannot be read: it was kept with another key, or has been changed. ' +
                    `Restore ${keyFile ?? 'the key'} from a backup, or set the secret anew.`;
                throw new EngineError('storage-corrupted', message, { details: { path: keyFile }, cause });
            }
        },
    };
}

function decrypt(sealed: string, key: Buffer): string {
    if (!sealed.startsWith(PREFIX)) throw new Error('It is not sealed.');
    const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64');
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

function readOrCreateKey(path: string): Buffer {
    const known = readKey(path);
    if (known !== undefined) return known;
    const key = randomBytes(KEY_BYTES);
    // Written to the end before it is used: a secret must not outlive its key.
    wrapFsError('make', dirname(path), () => mkdirSync(dirname(path), { recursive: true }));
    replaceFile(path, `${key.toString('base64')}\n`, 'fsync', { mode: OWNER_ONLY });
    return key;
}

function readKey(path: string): Buffer | undefined {
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    if (text === undefined) return undefined;
    const key = Buffer.from(text.trim(), 'base64');
    if (key.length === KEY_BYTES) return key;
    const message = `\`${path}\` holds no key of ${KEY_BYTES} bytes in Base64. Restore it from a backup; without it, secrets are lost.`;
    throw new EngineError('storage-corrupted', message, { details: { path } });
}

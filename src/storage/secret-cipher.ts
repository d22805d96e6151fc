import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EngineError } from '../errors/engine-error.js';
import { replaceFile } from './file/atomic-file.js';
import { ifExists } from './file/fs-error.js';

/** Encrypts texts, so that the files of a storage directory reveal nothing without its key. */
export interface SecretCipher {
    /** Returns the encrypted text. The same text is encrypted differently each time. */
    encrypt(text: string): string;
    /** Returns the decrypted text. Throws `storage-corrupted` if it was changed, or encrypted with another key. */
    decrypt(encrypted: string): string;
    /** Returns the key in Base64, for a copy of encrypted data; undefined if nothing has been encrypted yet. */
    exportKey(): string | undefined;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PREFIX = 'sealed:';

/**
 * Creates a cipher with its own key.
 *
 * @param keyFile - File of the key, created with the first secret and readable only by the user of this process. Without it,
 * the key is lost when the process ends.
 * @param initialKey - The key in Base64, if it is not in a file.
 */
export function createSecretCipher(keyFile?: string, initialKey?: string): SecretCipher {
    let key: Buffer | undefined = initialKey === undefined ? undefined : Buffer.from(initialKey, 'base64');
    // On demand, so that a directory without secrets has no key, and opening one costs nothing.
    const getKey = (): Buffer => (key ??= keyFile === undefined ? randomBytes(KEY_BYTES) : readOrCreateKey(keyFile));
    return {
        exportKey: () => (key ??= keyFile === undefined ? undefined : readKey(keyFile))?.toString('base64'),
        encrypt(text) {
            const iv = randomBytes(IV_BYTES);
            const cipher = createCipheriv(CIPHER, getKey(), iv);
            const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
            return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64');
        },
        decrypt(encrypted) {
            try {
                return decrypt(encrypted, getKey());
            } catch (cause) {
                const message =
                    'A secret cannot be decrypted: it was encrypted with another key, or has been changed. ' +
                    `Restore ${keyFile ?? 'the key'} from a backup, or set the secret again.`;
                throw new EngineError('storage-corrupted', message, { details: { path: keyFile }, cause });
            }
        },
    };
}

function decrypt(encrypted: string, key: Buffer): string {
    if (!encrypted.startsWith(PREFIX)) throw new Error('It is not encrypted.');
    const bytes = Buffer.from(encrypted.slice(PREFIX.length), 'base64');
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

function readOrCreateKey(path: string): Buffer {
    const known = readKey(path);
    if (known !== undefined) return known;
    const key = randomBytes(KEY_BYTES);
    // Synced to the disk before its first use: a secret must not outlive its key.
    replaceFile(path, `${key.toString('base64')}\n`, 'fsync');
    return key;
}

function readKey(path: string): Buffer | undefined {
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    if (text === undefined) return undefined;
    const key = Buffer.from(text.trim(), 'base64');
    if (key.length === KEY_BYTES) return key;
    const message = `\`${path}\` is not a key of ${KEY_BYTES} bytes in Base64. Restore it from a backup; without it, the secrets are lost.`;
    throw new EngineError('storage-corrupted', message, { details: { path } });
}

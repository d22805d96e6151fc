/*
 * Secret fields of an input are stored encrypted and decrypted by the Actor's SDK. The format is the platform's, so
 * that the platform's own SDK can decrypt them too: RSA for a password, AES with that password for the value.
 *
 * Source: "Secret input" of the platform's docs.
 */

/**
 * Environment variables of a run that hold the key. Despite its name, the first one holds the key itself, in Base64.
 */
export const SECRET_KEY_VARIABLE = 'APIFY_INPUT_SECRETS_PRIVATE_KEY_FILE';
export const SECRET_PASSPHRASE_VARIABLE = 'APIFY_INPUT_SECRETS_PRIVATE_KEY_PASSPHRASE';

/** A private key in PEM, encrypted with the passphrase. */
export interface SecretKey {
    privateKey: string | Buffer;
    passphrase: string;
}

const TEXT_PREFIX = 'ENCRYPTED_VALUE';
const JSON_PREFIX = 'ENCRYPTED_JSON';
const BASE64 = /^[-A-Za-z0-9+/]*={0,3}$/;
const KEY_BYTES = 32;
const IV_BYTES = 16;
const TAG_BYTES = 16;

/** One encrypted field of an input. */
interface EncryptedField {
    name: string;
    isJson: boolean;
    password: string;
    value: string;
}

/** Returns the key from the environment of a run, or undefined if it has none. */
export function readSecretKey(env: Readonly<Record<string, string | undefined>>): SecretKey | undefined {
    const key = env[SECRET_KEY_VARIABLE];
    const passphrase = env[SECRET_PASSPHRASE_VARIABLE];
    return key && passphrase ? { privateKey: Buffer.from(key, 'base64'), passphrase } : undefined;
}

/**
 * Decrypts the secret fields of an input, as pairs of name and value; empty if the input is not an object.
 *
 * @throws Error naming the field that the key cannot decrypt.
 */
export async function decryptSecrets(
    input: unknown,
    { privateKey, passphrase }: SecretKey,
): Promise<[string, unknown][]> {
    const encrypted = findEncryptedFields(input);
    if (encrypted.length === 0) return [];
    // Loading `node:crypto` takes longer than everything else in a short run.
    const { createDecipheriv, createPrivateKey, privateDecrypt } = await import('node:crypto');
    const key = createPrivateKey({ key: privateKey, passphrase });
    return encrypted.map(({ name, isJson, password, value }) => {
        try {
            const secret = privateDecrypt(key, Buffer.from(password, 'base64'));
            if (secret.length !== KEY_BYTES + IV_BYTES) throw new Error('the password has the wrong length');
            const bytes = Buffer.from(value, 'base64');
            const decipher = createDecipheriv('aes-256-gcm', secret.subarray(0, KEY_BYTES), secret.subarray(KEY_BYTES));
            decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
            const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString();
            return [name, isJson ? JSON.parse(text) : text];
        } catch (cause) {
            const reason = (cause as Error).message;
            const message = `The secret field \`${name}\` of the input cannot be decrypted: ${reason}. Give it a new value.`;
            throw new Error(message, { cause });
        }
    });
}

function findEncryptedFields(input: unknown): EncryptedField[] {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
    return Object.entries(input).flatMap(([name, value]) => {
        if (typeof value !== 'string' || !value.startsWith('ENCRYPTED_')) return [];
        const [prefix, ...parts] = value.split(':');
        if (prefix !== TEXT_PREFIX && prefix !== JSON_PREFIX) return [];
        // A hash of the field's schema may stand between password and value.
        if (parts.length < 2 || parts.length > 3 || !parts.every((part) => BASE64.test(part))) return [];
        return [{ name, isJson: prefix === JSON_PREFIX, password: parts.at(-2)!, value: parts.at(-1)! }];
    });
}

/*
 * Secret fields of an input are stored encrypted, and opened by whoever hands the input to the Actor: its SDK. The form is
 * the platform's, so that its own SDK can do it as well: RSA for a password, the password for the value.
 *
 * Source: "Secret input" of the platform's docs.
 */

/** The variables of a run that hold the key; the first is, in spite of its name, the key itself in Base64. */
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

/** A field as it is stored. */
interface EncryptedField {
    name: string;
    isJson: boolean;
    password: string;
    value: string;
}

/** The key in the variables of a run, if it has one. */
export function readSecretKey(env: Readonly<Record<string, string | undefined>>): SecretKey | undefined {
    const key = env[SECRET_KEY_VARIABLE];
    const passphrase = env[SECRET_PASSPHRASE_VARIABLE];
    return key && passphrase ? { privateKey: Buffer.from(key, 'base64'), passphrase } : undefined;
}

/**
 * The encrypted fields of an input as they were before; none for what is no object.
 *
 * @throws Error that names the field which the key does not fit.
 */
export async function decryptSecrets(
    input: unknown,
    { privateKey, passphrase }: SecretKey,
): Promise<[string, unknown][]> {
    const encrypted = findEncryptedFields(input);
    if (encrypted.length === 0) return [];
    // Loading it takes longer than all else that a short run does.
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
        // Between the two there may be a hash of the field's schema.
        if (parts.length < 2 || parts.length > 3 || !parts.every((part) => BASE64.test(part))) return [];
        return [{ name, isJson: prefix === JSON_PREFIX, password: parts.at(-2)!, value: parts.at(-1)! }];
    });
}

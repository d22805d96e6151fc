import { EngineError } from '../errors/engine-error.js';
import { isSameSecret } from '../util/same-secret.js';
import type { DecodedValue } from '../model/client.js';

/** What a signed value consists of, as JSON in Base64. */
interface Envelope {
    /** JSON of the {@link Payload}: the very text that is signed. */
    payload: string;
    signature: string;
}

interface Payload {
    value: unknown;
    userId: string;
}

/** A user who signs, and by whom signatures are checked. */
export interface Signatory {
    userId: string;
    sign: (text: string) => string;
}

/** What a signed value is told apart by from all else that is signed. */
const PURPOSE = 'value';

/**
 * Writes an object as a text that tells who has written it, and that nobody else can write.
 *
 * @throws `invalid-value` for what no JSON can be made of.
 */
export function encodeAndSign(value: object, { userId, sign }: Signatory): string {
    const payload = write({ value, userId });
    const envelope: Envelope = { payload, signature: sign(`${PURPOSE} ${payload}`) };
    return Buffer.from(JSON.stringify(envelope)).toString('base64');
}

/** Reads what {@link encodeAndSign} has written; throws `invalid-signature` for anything else. */
export function decodeAndVerify(encoded: string, { sign }: Signatory): DecodedValue {
    const envelope = parse(Buffer.from(encoded, 'base64').toString());
    const { payload, signature } = (envelope ?? {}) as Partial<Record<keyof Envelope, unknown>>;
    const isOurs =
        typeof payload === 'string' &&
        typeof signature === 'string' &&
        isSameSecret(signature, sign(`${PURPOSE} ${payload}`));
    if (!isOurs) {
        const message =
            'The encoded value was not signed by this engine, or has been changed since. Pass on `encoded` as ' +
            '`encode-and-sign` has returned it.';
        throw new EngineError('invalid-signature', message);
    }
    const { value, userId } = JSON.parse(payload) as Payload;
    return { decoded: value, encodedByUserId: userId, isVerifiedUser: false };
}

function write(payload: Payload): string {
    try {
        return JSON.stringify(payload);
    } catch (cause) {
        const message = `\`value\` cannot be written as JSON: ${(cause as Error).message}. Sign plain data.`;
        throw new EngineError('invalid-value', message, { cause });
    }
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        // What is no JSON is no envelope either, and refused as such.
        return undefined;
    }
}

import { updateLimits, readLimits, readMonthlyUsage, platformFeatures, createUserPlan } from '../account.js';
import { accessError, requireUserService } from '../access.js';
import { checkId, notFoundError } from '../arguments.js';
import { invalid } from '../../util/check.js';
import { EngineError } from '../../errors/engine-error.js';
import { parseJson } from '../../util/json/json.js';
import { timingSafeEqual } from '../../util/timing-safe-equal.js';
import type { DecodedValue, User, UserClient } from '../../model/client/client.js';
import type { ClientContext, ClientServices, Principal } from '../services.js';

/** Separates signatures of values from those of URLs. */
const PURPOSE = 'value';

/** Creates the client of a user: `me`, or another one, who shows only public fields. */
export function createUserClient(context: ClientContext, idOrName: string): UserClient {
    const me = (): NonNullable<Principal['user']> => {
        const { principal } = context.services;
        if (principal.user) return principal.user;
        throw accessError(principal, 'account');
    };
    /** Returns the services for operations on the own account. */
    const requireOwnServices = (): ClientServices => {
        const { id, username } = me();
        if (['me', id, username].includes(idOrName)) return context.services;
        throw notFoundError(
            `account of user \`${idOrName}\``,
            `The token belongs to \`${username}\`. Call \`user()\` for that account.`,
        );
    };
    const getSigner = (): Signer => {
        const account = requireUserService(context.services, 'account');
        return { userId: me().id, sign: (text) => account.sign(text) };
    };
    return {
        get: async () => {
            const isMe = idOrName === 'me';
            const { services } = context;
            const user = isMe ? me() : services.users.find(idOrName);
            if (user === undefined)
                throw notFoundError(`user \`${idOrName}\``, 'Call `user()` for the owner of the token.');
            const { id, username } = user;
            const publicFields: User = { id, username, profile: {} };
            if (!isMe) return publicFields;
            return {
                ...publicFields,
                // The engine has no proxies of its own, so there are no groups, and the password is empty.
                proxy: { password: '', groups: [] },
                plan: createUserPlan(requireUserService(services, 'account').limits()),
                effectivePlatformFeatures: platformFeatures(),
                isPaying: true,
                createdAt: me().createdAt,
            };
        },
        monthlyUsage: async (options) => readMonthlyUsage(requireOwnServices(), options),
        limits: async () => readLimits(requireOwnServices()),
        updateLimits: async (limits) => updateLimits(requireOwnServices(), limits),
        encodeAndSign: async (value) => {
            requireOwnServices();
            if (typeof value !== 'object' || value === null) throw invalid('value', value, 'an object');
            return encodeAndSign(value, getSigner());
        },
        decodeAndVerify: async (encoded) => {
            checkId('encoded', encoded);
            return decodeAndVerify(encoded, getSigner());
        },
    };
}

/** A signed value, encoded as JSON in Base64. */
interface Envelope {
    /** JSON of the {@link Payload}: the signed text. */
    payload: string;
    signature: string;
}

interface Payload {
    value: unknown;
    userId: string;
}

/** A user who signs and verifies values. */
interface Signer {
    userId: string;
    sign: (text: string) => string;
}

/**
 * Encodes an object as text with the id and the signature of the user.
 *
 * @throws EngineError `invalid-value` for a value that JSON cannot represent.
 */
function encodeAndSign(value: object, { userId, sign }: Signer): string {
    const payload = stringify({ value, userId });
    const envelope: Envelope = { payload, signature: sign(`${PURPOSE} ${payload}`) };
    return Buffer.from(JSON.stringify(envelope)).toString('base64');
}

/** Decodes the result of {@link encodeAndSign}. Throws `invalid-signature` for any other text. */
function decodeAndVerify(encoded: string, { sign }: Signer): DecodedValue {
    const envelope = parseJson(Buffer.from(encoded, 'base64').toString());
    const { payload, signature } = (envelope ?? {}) as Partial<Record<keyof Envelope, unknown>>;
    const isValid =
        typeof payload === 'string' &&
        typeof signature === 'string' &&
        timingSafeEqual(signature, sign(`${PURPOSE} ${payload}`));
    if (!isValid) {
        const message =
            'The encoded value was not signed by this engine, or was changed afterwards. Pass `encoded` exactly as ' +
            '`encode-and-sign` returned it.';
        throw new EngineError('invalid-signature', message);
    }
    const { value, userId } = JSON.parse(payload) as Payload;
    return { decoded: value, encodedByUserId: userId, isVerifiedUser: false };
}

function stringify(payload: Payload): string {
    try {
        return JSON.stringify(payload);
    } catch (cause) {
        const message = `JSON cannot represent \`value\`: ${(cause as Error).message}. Pass plain data.`;
        throw new EngineError('invalid-value', message, { cause });
    }
}

import { updateLimits, readLimits, readMonthlyUsage, platformFeatures, userPlan } from '../account.js';
import { accessError, requireUserService } from '../access.js';
import { checkId, notFoundError } from '../arguments.js';
import { invalid } from '../../util/check.js';
import { EngineError } from '../../errors/engine-error.js';
import { parseJson } from '../../util/json/json.js';
import { timingSafeEqual } from '../../util/timing-safe-equal.js';
import type { DecodedValue, User, UserClient } from '../../model/client/client.js';
import type { ClientContext, ClientServices, Principal } from '../services.js';

/** What a signed value is told apart by from all else that is signed. */
const PURPOSE = 'value';

/** A user: `me`, or anybody who is named, and then shows what anybody may know. */
export function createUserClient(context: ClientContext, idOrName: string): UserClient {
    const me = (): NonNullable<Principal['user']> => {
        const { principal } = context.services;
        if (principal.user) return principal.user;
        throw accessError(principal, 'account');
    };
    /** The services, for what only the user may do. */
    const servicesOfMe = (): ClientServices => {
        const { id, username } = me();
        if (['me', id, username].includes(idOrName)) return context.services;
        throw notFoundError(
            `account of user \`${idOrName}\``,
            `It is the token of \`${username}\`; \`user()\` is enough.`,
        );
    };
    const signatory = (): Signatory => {
        const account = requireUserService(context.services, 'account');
        return { userId: me().id, sign: (text) => account.sign(text) };
    };
    return {
        get: async () => {
            const isMe = idOrName === 'me';
            const { services } = context;
            const known = isMe ? me() : services.users.find(idOrName);
            if (known === undefined) throw notFoundError(`user \`${idOrName}\``, '`user()` is whose token it is.');
            const { id, username } = known;
            const shown: User = { id, username, profile: {} };
            if (!isMe) return shown;
            return {
                ...shown,
                // The engine has no proxy of its own, hence no groups and nothing that a password would open.
                proxy: { password: '', groups: [] },
                plan: userPlan(requireUserService(services, 'account').limits()),
                effectivePlatformFeatures: platformFeatures(),
                isPaying: true,
                createdAt: me().createdAt,
            };
        },
        monthlyUsage: async (options) => readMonthlyUsage(servicesOfMe(), options),
        limits: async () => readLimits(servicesOfMe()),
        updateLimits: async (limits) => updateLimits(servicesOfMe(), limits),
        encodeAndSign: async (value) => {
            servicesOfMe();
            if (typeof value !== 'object' || value === null) throw invalid('value', value, 'an object');
            return encodeAndSign(value, signatory());
        },
        decodeAndVerify: async (encoded) => {
            checkId('encoded', encoded);
            return decodeAndVerify(encoded, signatory());
        },
    };
}

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
interface Signatory {
    userId: string;
    sign: (text: string) => string;
}

/**
 * Writes an object as a text that tells who has written it, and that nobody else can write.
 *
 * @throws `invalid-value` for what no JSON can be made of.
 */
function encodeAndSign(value: object, { userId, sign }: Signatory): string {
    const payload = write({ value, userId });
    const envelope: Envelope = { payload, signature: sign(`${PURPOSE} ${payload}`) };
    return Buffer.from(JSON.stringify(envelope)).toString('base64');
}

/** Reads what {@link encodeAndSign} has written; throws `invalid-signature` for anything else. */
function decodeAndVerify(encoded: string, { sign }: Signatory): DecodedValue {
    const envelope = parseJson(Buffer.from(encoded, 'base64').toString());
    const { payload, signature } = (envelope ?? {}) as Partial<Record<keyof Envelope, unknown>>;
    const isOurs =
        typeof payload === 'string' &&
        typeof signature === 'string' &&
        timingSafeEqual(signature, sign(`${PURPOSE} ${payload}`));
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

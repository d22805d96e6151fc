import { changeLimits, readLimits, readMonthlyUsage } from '../account.js';
import { checkId } from '../check-argument.js';
import { notFound } from '../not-found.js';
import { decodeAndVerify, encodeAndSign, type Signatory } from '../signed-values.js';
import { platformFeatures, userPlan } from '../user-plan.js';
import { invalid } from '../../util/check.js';
import type { AccountLimits, LimitsUpdate, MonthlyUsage, MonthlyUsageOptions } from '../../model/account.js';
import type { DecodedValue, User, UserClient } from '../../model/client.js';
import type { ClientHost } from '../client-host.js';

/** A user: `me`, or anybody who is named, and then shows what anybody may know. */
export class UserResource implements UserClient {
    readonly #host: ClientHost;
    readonly #idOrName: string;

    constructor(host: ClientHost, idOrName: string) {
        this.#host = host;
        this.#idOrName = idOrName;
    }

    async get(): Promise<User> {
        const isMe = this.#idOrName === 'me';
        const known = isMe ? this.#host.user : this.#host.findUser(this.#idOrName);
        if (known === undefined) throw notFound(`user \`${this.#idOrName}\``, '`user()` is whose token it is.');
        const { id, username } = known;
        const shown: User = { id, username, profile: {} };
        if (!isMe) return shown;
        return {
            ...shown,
            // The engine has no proxy of its own, hence no groups and nothing that a password would open.
            proxy: { password: '', groups: [] },
            plan: userPlan(this.#host.account.limits()),
            effectivePlatformFeatures: platformFeatures(),
            isPaying: true,
            createdAt: this.#host.user.createdAt,
        };
    }

    async monthlyUsage(options?: MonthlyUsageOptions): Promise<MonthlyUsage> {
        this.#assertMe();
        return readMonthlyUsage(this.#host, options);
    }

    async limits(): Promise<AccountLimits> {
        this.#assertMe();
        return readLimits(this.#host);
    }

    async updateLimits(limits: LimitsUpdate): Promise<void> {
        this.#assertMe();
        changeLimits(this.#host, limits);
    }

    async encodeAndSign(value: object): Promise<string> {
        this.#assertMe();
        if (typeof value !== 'object' || value === null) throw invalid('value', value, 'an object');
        return encodeAndSign(value, this.#signatory);
    }

    async decodeAndVerify(encoded: string): Promise<DecodedValue> {
        checkId('encoded', encoded);
        return decodeAndVerify(encoded, this.#signatory);
    }

    get #signatory(): Signatory {
        const { user, account } = this.#host;
        return { userId: user.id, sign: (text) => account.sign(text) };
    }

    #assertMe(): void {
        const { id, username } = this.#host.user;
        if (['me', id, username].includes(this.#idOrName)) return;
        throw notFound(
            `account of user \`${this.#idOrName}\``,
            `It is the token of \`${username}\`; \`user()\` is enough.`,
        );
    }
}

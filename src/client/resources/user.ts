import { changeLimits, readLimits, readMonthlyUsage } from '../account.js';
import { checkId } from '../check-argument.js';
import { notFound } from '../not-found.js';
import { decodeAndVerify, encodeAndSign, type Signatory } from '../signed-values.js';
import { platformFeatures, userPlan } from '../user-plan.js';
import { invalid } from '../../util/check.js';
import type { AccountLimits, LimitsUpdate, MonthlyUsage, MonthlyUsageOptions } from '../../model/account.js';
import type { DecodedValue, User, UserClient } from '../../model/client.js';
import type { ClientHost } from '../client-host.js';

/** A user. The engine has one: `me`, who may also be named, and then shows what anybody may know. */
export class UserResource implements UserClient {
    readonly #host: ClientHost;
    readonly #idOrName: string;

    constructor(host: ClientHost, idOrName: string) {
        this.#host = host;
        this.#idOrName = idOrName;
    }

    async get(): Promise<User> {
        this.#assertThere();
        const { id, username, createdAt } = this.#host.user;
        const shown: User = { id, username, profile: {} };
        if (this.#idOrName !== 'me') return shown;
        return {
            ...shown,
            // The engine has no proxy of its own, hence no groups and nothing that a password would open.
            proxy: { password: '', groups: [] },
            plan: userPlan(this.#host.account.limits()),
            effectivePlatformFeatures: platformFeatures(),
            isPaying: true,
            createdAt,
        };
    }

    async monthlyUsage(options?: MonthlyUsageOptions): Promise<MonthlyUsage> {
        this.#assertThere();
        return readMonthlyUsage(this.#host, options);
    }

    async limits(): Promise<AccountLimits> {
        this.#assertThere();
        return readLimits(this.#host);
    }

    async updateLimits(limits: LimitsUpdate): Promise<void> {
        this.#assertThere();
        changeLimits(this.#host, limits);
    }

    async encodeAndSign(value: object): Promise<string> {
        this.#assertThere();
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

    #assertThere(): void {
        const { id, username } = this.#host.user;
        if (['me', id, username].includes(this.#idOrName)) return;
        throw notFound(`user \`${this.#idOrName}\``, `The engine's one user is \`${username}\`; \`user()\` is enough.`);
    }
}

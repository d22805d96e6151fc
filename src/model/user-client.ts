import type {
    AccountLimits,
    LimitsUpdate,
    MonthlyUsage,
    MonthlyUsageOptions,
    PlatformFeature,
    PlatformFeatureName,
    UserPlan,
} from './account.js';

/** The user who owns the engine. */
export interface UserClient {
    get(): Promise<User>;
    /** What the user's runs have used in a month. */
    monthlyUsage(options?: MonthlyUsageOptions): Promise<MonthlyUsage>;
    limits(): Promise<AccountLimits>;
    updateLimits(limits: LimitsUpdate): Promise<void>;
    /** An object as a text that tells who has written it. Not in `apify-client`: it is the API's `encode-and-sign`. */
    encodeAndSign(value: object): Promise<string>;
    /** Reads what `encodeAndSign` has written; throws `invalid-signature` for anything else. */
    decodeAndVerify(encoded: string): Promise<DecodedValue>;
}

/** What was encoded and signed, and by whom. */
export interface DecodedValue {
    decoded: unknown;
    encodedByUserId: string | null;
    /** Whether the platform knows who that user is: never so here. */
    isVerifiedUser: boolean;
}

/** A user, in the shape of the API's User object. All but the first three are for the user alone to see. */
export interface User {
    id: string;
    username: string;
    profile: Record<string, string>;
    proxy?: { password: string; groups: { name: string; description: string; availableCount: number }[] };
    plan?: UserPlan;
    effectivePlatformFeatures?: Record<PlatformFeatureName, PlatformFeature>;
    isPaying?: boolean;
    createdAt?: Date;
}

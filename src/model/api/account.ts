import type { UsageKey } from './run.js';

/** A billing month in UTC, from its first to its last millisecond. */
export interface UsageCycle {
    /** First millisecond. */
    startAt: Date;
    /** Last millisecond. */
    endAt: Date;
}

/** Services that usage is reported for: the counters of runs, and charged events. */
export type ServiceName = UsageKey | 'PAID_ACTORS_PER_EVENT';

/** Usage of one service. */
export interface ServiceUsage {
    /** Quantity in the unit of the service. */
    quantity: number;
    /** Price in USD. */
    baseAmountUsd: number;
}

/** Usage of one service in a month. */
export interface MonthlyServiceUsage extends ServiceUsage {
    /** Price of one unit in USD. */
    baseUnitPriceUsd: number;
    /** Price in USD after discounts: the same, since there are none. */
    amountAfterVolumeDiscountUsd: number;
    /** Price tiers: none. */
    priceTiers: never[];
}

/** Usage of one day. */
export interface DailyServiceUsages {
    /** Start of the day in UTC. */
    date: Date;
    /** Usage, by service. */
    serviceUsage: Partial<Record<ServiceName, ServiceUsage>>;
    /** Total price in USD. */
    totalUsageCreditsUsd: number;
}

/**
 * Usage of one month, computed from the stored records of the runs that started in it. Operations outside runs are free and
 * not counted.
 *
 * Source: "Get monthly usage" of the API.
 */
export interface MonthlyUsage {
    /** The month. */
    usageCycle: UsageCycle;
    /** Usage of the month, by service. */
    monthlyServiceUsage: Partial<Record<ServiceName, MonthlyServiceUsage>>;
    /** Usage by day. Days without runs are omitted. */
    dailyServiceUsages: DailyServiceUsages[];
    /** Total price in USD before discounts. */
    totalUsageCreditsUsdBeforeVolumeDiscount: number;
    /** Total price in USD after discounts. */
    totalUsageCreditsUsdAfterVolumeDiscount: number;
}

/** Selects a month. */
export interface MonthlyUsageOptions {
    /** A day of the month, as a Date or as `2026-06-14`. Default: today, by the engine's clock. */
    date?: Date | string;
}

/** Limits of a user. 999,999,999 means unlimited. */
export interface UsageLimits {
    /** Maximum price in a month, in USD. */
    maxMonthlyUsageUsd: number;
    /** Maximum number of compute units in a month. */
    maxMonthlyActorComputeUnits: number;
    /** Maximum number of gigabytes sent in a month. */
    maxMonthlyExternalDataTransferGbytes: number;
    /** Maximum number of Google SERP requests in a month. */
    maxMonthlyProxySerps: number;
    /** Maximum number of gigabytes over residential proxies in a month. */
    maxMonthlyResidentialProxyGbytes: number;
    /** Maximum memory of all active runs, in gigabytes. */
    maxActorMemoryGbytes: number;
    /** Maximum number of Actors. */
    maxActorCount: number;
    /** Maximum number of tasks. */
    maxActorTaskCount: number;
    /** Maximum number of schedules. */
    maxScheduleCount: number;
    /** Maximum number of active runs and builds. */
    maxConcurrentActorJobs: number;
    /** Maximum number of users in a team account. */
    maxTeamAccountSeatCount: number;
    /** Days for which finished runs and unnamed storages are kept. */
    dataRetentionDays: number;
}

/** Current counts of limited resources. */
export interface ResourceCounts {
    /** Memory of all active runs, in gigabytes. */
    actorMemoryGbytes: number;
    /** Number of Actors. */
    actorCount: number;
    /** Number of tasks. */
    actorTaskCount: number;
    /** Number of schedules. */
    scheduleCount: number;
    /** Number of active runs and builds. */
    activeActorJobCount: number;
    /** Number of users in the team account. */
    teamAccountSeatCount: number;
}

/** Current usage of limited resources. */
export interface CurrentUsage extends ResourceCounts {
    /** Price this month, in USD. */
    monthlyUsageUsd: number;
    /** Compute units this month. */
    monthlyActorComputeUnits: number;
    /** Gigabytes sent this month. */
    monthlyExternalDataTransferGbytes: number;
    /** Google SERP requests this month. */
    monthlyProxySerps: number;
    /** Gigabytes over residential proxies this month. */
    monthlyResidentialProxyGbytes: number;
}

/** Limits and current usage of a user. Source: "Get limits" of the API. */
export interface AccountLimits {
    /** The current month. */
    monthlyUsageCycle: UsageCycle;
    /** The limits. */
    limits: UsageLimits;
    /** Current usage. */
    current: CurrentUsage;
}

/** Limits that a user can change. */
export interface LimitsUpdate {
    /** Maximum price in a month, in USD. Stored, but not enforced. */
    maxMonthlyUsageUsd?: number;
    /** Days for which finished runs and unused unnamed storages are kept; see the engine option of that name. */
    dataRetentionDays?: number;
}

/** Availability of a platform feature. */
export interface PlatformFeature {
    /** True if the feature is available. */
    isEnabled: boolean;
    /** Reason why the feature is unavailable. */
    disabledReason: string | null;
    /** Code of the reason. */
    disabledReasonType: string | null;
    /** True if the feature is on trial. Always false. */
    isTrial: boolean;
    /** End of the trial. Always null. */
    trialExpirationAt: Date | null;
}

/** Names of platform features. */
export type PlatformFeatureName =
    | 'ACTORS'
    | 'STORAGE'
    | 'SCHEDULER'
    | 'PROXY'
    | 'PROXY_EXTERNAL_ACCESS'
    | 'PROXY_RESIDENTIAL'
    | 'PROXY_SERPS'
    | 'WEBHOOKS'
    | 'ACTORS_PUBLIC_ALL'
    | 'ACTORS_PUBLIC_DEVELOPER';

/** Subscription plan of a user. The engine has one plan: free, with all features. */
export interface UserPlan extends Omit<
    UsageLimits,
    'maxConcurrentActorJobs' | 'maxTeamAccountSeatCount' | 'maxScheduleCount'
> {
    /** Id of the plan. */
    id: string;
    /** Description of the plan. */
    description: string;
    /** True if the plan is active. */
    isEnabled: boolean;
    /** Price of a month in USD. Always 0. */
    monthlyBasePriceUsd: number;
    /** Credits of a month in USD. Always 0. */
    monthlyUsageCreditsUsd: number;
    /** Discount in percent. Always 0. */
    usageDiscountPercent: number;
    /** Names of the features. Declared as `never` because `apify-client` declares an enum that no string is assignable to. */
    enabledPlatformFeatures: never[];
    /** Number of proxies, by group. */
    availableProxyGroups: Record<string, number>;
    /** Number of users in the team account. */
    teamAccountSeatCount: number;
    /** Level of support. */
    supportLevel: string;
    /** Add-ons: none. */
    availableAddOns: unknown[];
    /** Pricing tier: `BRONZE`. */
    tier: string;
}

/** Client of one user. */
export interface UserClient {
    /** Returns the user. Other users see only the id, username and profile. */
    get(): Promise<User>;
    /** Returns the usage of the user's runs in a month. */
    monthlyUsage(options?: MonthlyUsageOptions): Promise<MonthlyUsage>;
    /** Returns the limits of the user and the current usage. */
    limits(): Promise<AccountLimits>;
    /** Updates the given limits. */
    updateLimits(limits: LimitsUpdate): Promise<void>;
    /**
     * Encodes an object as text that is signed by the user. Source: the API's `encode-and-sign`; not in `apify-client`.
     *
     * @throws EngineError `invalid-value` for a value that JSON cannot represent.
     */
    encodeAndSign(value: object): Promise<string>;
    /**
     * Decodes the result of `encodeAndSign`.
     *
     * @throws EngineError `invalid-signature` for any other text.
     */
    decodeAndVerify(encoded: string): Promise<DecodedValue>;
}

/** A decoded value and its signer. */
export interface DecodedValue {
    /** The value. */
    decoded: unknown;
    /** Id of the user who signed it. */
    encodedByUserId: string | null;
    /** True if the platform has verified the user. Always false. */
    isVerifiedUser: boolean;
}

/** A user. Only the user's own client returns more than the first three fields. Source: the API's User object. */
export interface User {
    /** Id of the user. */
    id: string;
    /** Unique username. */
    username: string;
    /** Public profile: empty. */
    profile: Record<string, string>;
    /** Proxy access: the engine has no proxies, so there are no groups and the password is empty. */
    proxy?: { password: string; groups: { name: string; description: string; availableCount: number }[] };
    /** Subscription plan. */
    plan?: UserPlan;
    /** Availability of platform features. */
    effectivePlatformFeatures?: Record<PlatformFeatureName, PlatformFeature>;
    /** True if the user has a paid plan. Always true. */
    isPaying?: boolean;
    /** Time of creation. */
    createdAt?: Date;
}

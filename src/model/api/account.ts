import type { UsageKey } from './run.js';

/** A month, by which usage is counted: from its first moment to its last, in UTC. */
export interface UsageCycle {
    startAt: Date;
    endAt: Date;
}

/** Under which names usage is told: those of runs, and the events that they were charged for. */
export type ServiceName = UsageKey | 'PAID_ACTORS_PER_EVENT';

/** How much of something was used, and what it cost. */
export interface ServiceUsage {
    quantity: number;
    baseAmountUsd: number;
}

/** The same, over a month. */
export interface MonthlyServiceUsage extends ServiceUsage {
    baseUnitPriceUsd: number;
    amountAfterVolumeDiscountUsd: number;
    /** None: there are no tiers here. */
    priceTiers: never[];
}

/** What was used on one day. */
export interface DailyServiceUsages {
    date: Date;
    serviceUsage: Partial<Record<ServiceName, ServiceUsage>>;
    totalUsageCreditsUsd: number;
}

/**
 * What runs have used in a month, in the shape of the API. It is what the records of those runs say that were started in that
 * month and are still there; what is done without a run costs nothing here and is not counted.
 */
export interface MonthlyUsage {
    usageCycle: UsageCycle;
    monthlyServiceUsage: Partial<Record<ServiceName, MonthlyServiceUsage>>;
    /** Days without a run are left out. */
    dailyServiceUsages: DailyServiceUsages[];
    totalUsageCreditsUsdBeforeVolumeDiscount: number;
    totalUsageCreditsUsdAfterVolumeDiscount: number;
}

/** Which month is meant. */
export interface MonthlyUsageOptions {
    /** Any day of it, as a Date or as `2026-06-14`. Default: today, by the engine's clock. */
    date?: Date | string;
}

/** What the user may use. Where nothing limits it, that is 999,999,999. */
export interface UsageLimits {
    maxMonthlyUsageUsd: number;
    maxMonthlyActorComputeUnits: number;
    maxMonthlyExternalDataTransferGbytes: number;
    maxMonthlyProxySerps: number;
    maxMonthlyResidentialProxyGbytes: number;
    maxActorMemoryGbytes: number;
    maxActorCount: number;
    maxActorTaskCount: number;
    maxScheduleCount: number;
    maxConcurrentActorJobs: number;
    maxTeamAccountSeatCount: number;
    dataRetentionDays: number;
}

/** What there is of what is limited by number. */
export interface ResourceCounts {
    actorMemoryGbytes: number;
    actorCount: number;
    actorTaskCount: number;
    scheduleCount: number;
    activeActorJobCount: number;
    teamAccountSeatCount: number;
}

/** What the user uses of what is limited. */
export interface CurrentUsage extends ResourceCounts {
    monthlyUsageUsd: number;
    monthlyActorComputeUnits: number;
    monthlyExternalDataTransferGbytes: number;
    monthlyProxySerps: number;
    monthlyResidentialProxyGbytes: number;
}

/** The limits of the user, in the shape of the API. */
export interface AccountLimits {
    monthlyUsageCycle: UsageCycle;
    limits: UsageLimits;
    current: CurrentUsage;
}

/** The limits that a user can change. */
export interface LimitsUpdate {
    /** Kept and shown; it stops nothing. */
    maxMonthlyUsageUsd?: number;
    /** Days after which finished runs and unused unnamed storages are deleted; see the engine's option of that name. */
    dataRetentionDays?: number;
}

/** What a user may do on the platform. */
export interface PlatformFeature {
    isEnabled: boolean;
    disabledReason: string | null;
    disabledReasonType: string | null;
    isTrial: boolean;
    trialExpirationAt: Date | null;
}

/** The names of what a user may do. */
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

/** What a user pays for: nothing, and so has all there is. */
export interface UserPlan extends Omit<
    UsageLimits,
    'maxConcurrentActorJobs' | 'maxTeamAccountSeatCount' | 'maxScheduleCount'
> {
    id: string;
    description: string;
    isEnabled: boolean;
    monthlyBasePriceUsd: number;
    monthlyUsageCreditsUsd: number;
    usageDiscountPercent: number;
    /** Names. Declared for the sake of `apify-client`, where they are an enum that no text is assignable to. */
    enabledPlatformFeatures: never[];
    availableProxyGroups: Record<string, number>;
    teamAccountSeatCount: number;
    supportLevel: string;
    availableAddOns: unknown[];
    tier: string;
}

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

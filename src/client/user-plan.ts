import { USER_PRICING_TIER } from '../model/pricing.js';
import type { PlatformFeature, PlatformFeatureName, UsageLimits, UserPlan } from '../model/account.js';

const NO_PROXIES = 'The engine has no proxies of its own; it passes through what an Actor asks for.';

/** Whether each of the platform's features is there. */
const FEATURES: Readonly<Record<PlatformFeatureName, boolean>> = {
    ACTORS: true,
    STORAGE: true,
    SCHEDULER: true,
    PROXY: false,
    PROXY_EXTERNAL_ACCESS: false,
    PROXY_RESIDENTIAL: false,
    PROXY_SERPS: false,
    WEBHOOKS: true,
    ACTORS_PUBLIC_ALL: true,
    ACTORS_PUBLIC_DEVELOPER: true,
};

/** What the user may do. */
export function platformFeatures(): Record<PlatformFeatureName, PlatformFeature> {
    const entries = Object.entries(FEATURES).map(([name, isEnabled]) => [name, feature(isEnabled)] as const);
    return Object.fromEntries(entries) as Record<PlatformFeatureName, PlatformFeature>;
}

/** What the user has paid for: nothing, and gets all that the machine has. */
export function userPlan(limits: UsageLimits): UserPlan {
    const { maxConcurrentActorJobs: _, maxTeamAccountSeatCount, maxScheduleCount: __, ...shared } = limits;
    const names = Object.entries(FEATURES).flatMap(([name, isEnabled]) => (isEnabled ? [name] : []));
    return {
        ...shared,
        id: 'LOCAL',
        description: 'All that this machine has',
        isEnabled: true,
        monthlyBasePriceUsd: 0,
        monthlyUsageCreditsUsd: 0,
        usageDiscountPercent: 0,
        enabledPlatformFeatures: names as never[],
        availableProxyGroups: {},
        teamAccountSeatCount: maxTeamAccountSeatCount,
        supportLevel: 'NONE',
        availableAddOns: [],
        tier: USER_PRICING_TIER,
    };
}

function feature(isEnabled: boolean): PlatformFeature {
    return {
        isEnabled,
        disabledReason: isEnabled ? null : NO_PROXIES,
        disabledReasonType: isEnabled ? null : 'NOT_AVAILABLE',
        isTrial: false,
        trialExpirationAt: null,
    };
}

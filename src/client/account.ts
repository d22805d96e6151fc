import { checkNumber, checkOptions, checkText, checkWhole, invalid } from '../util/check.js';
import { checkGiven } from './check-argument.js';
import { usageOf } from './monthly-usage.js';
import type {
    AccountLimits,
    LimitsUpdate,
    MonthlyUsage,
    MonthlyUsageOptions,
    ResourceCounts,
    ServiceName,
    UsageLimits,
} from '../model/account.js';
import type { ClientHost } from './client-host.js';

/** What stands for a limit that there is not. */
export const NO_LIMIT = 999_999_999;

/** What belongs to a user and is no resource of its own. */
export interface AccountDirectory {
    /** What only this user can make of a text: a signature. */
    sign(text: string): string;
    limits(): UsageLimits;
    setLimits(limits: LimitsUpdate): void;
    counts(): ResourceCounts;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** What runs have used in a month. */
export function readMonthlyUsage(host: ClientHost, options: MonthlyUsageOptions = {}): MonthlyUsage {
    checkOptions('options', options, ['date']);
    return usageOf(host.runs, readDate(options.date) ?? host.now());
}

/** The limits of the user, and how near they are. */
export function readLimits(host: ClientHost): AccountLimits {
    const { usageCycle, monthlyServiceUsage, totalUsageCreditsUsdAfterVolumeDiscount } = usageOf(host.runs, host.now());
    const quantity = (name: ServiceName): number => monthlyServiceUsage[name]?.quantity ?? 0;
    return {
        monthlyUsageCycle: usageCycle,
        limits: host.account.limits(),
        current: {
            monthlyUsageUsd: totalUsageCreditsUsdAfterVolumeDiscount,
            monthlyActorComputeUnits: quantity('ACTOR_COMPUTE_UNITS'),
            monthlyExternalDataTransferGbytes: quantity('DATA_TRANSFER_EXTERNAL_GBYTES'),
            monthlyProxySerps: quantity('PROXY_SERPS'),
            monthlyResidentialProxyGbytes: quantity('PROXY_RESIDENTIAL_TRANSFER_GBYTES'),
            ...host.account.counts(),
        },
    };
}

/** Changes those limits that a user can change. */
export function changeLimits(host: ClientHost, limits: LimitsUpdate): void {
    checkGiven('limits', limits);
    checkOptions('limits', limits, ['maxMonthlyUsageUsd', 'dataRetentionDays']);
    checkNumber('limits.maxMonthlyUsageUsd', limits.maxMonthlyUsageUsd, 0);
    checkWhole('limits.dataRetentionDays', limits.dataRetentionDays, 1);
    const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
    host.account.setLimits(given);
}

function readDate(date: Date | string | undefined): number | undefined {
    if (date === undefined) return undefined;
    if (!(date instanceof Date)) checkText('options.date', date);
    const time = date instanceof Date ? date.getTime() : DAY.test(date) ? Date.parse(date) : NaN;
    if (Number.isNaN(time)) throw invalid('options.date', date, 'a Date, or a day as `2026-06-14`');
    return time;
}

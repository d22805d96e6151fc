import { checkEach, checkNumber, checkOptions, checkText, checkWhole, invalid } from '../util/check.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import { requireUserService } from './access.js';
import { checkRequired } from './arguments.js';
import { addUsd } from '../util/usd.js';
import { USER_PRICING_TIER } from '../model/api/pricing.js';
import type {
    AccountLimits,
    LimitsUpdate,
    MonthlyUsage,
    MonthlyUsageOptions,
    ServiceName,
    UsageLimits,
    DailyServiceUsages,
    ServiceUsage,
    UsageCycle,
    PlatformFeature,
    PlatformFeatureName,
    UserPlan,
} from '../model/api/account.js';
import type { ClientServices } from './services.js';
import type { Run } from '../model/api/run.js';

/** Value of an unlimited limit. */
export const NO_LIMIT = 999_999_999;

const DAY = /^\d{4}-\d\d-\d\d$/;

const RUNS_PER_PAGE = 1000;

const NO_PROXIES =
    'The engine has no proxies of its own. It forwards requests through the proxies that an Actor configures.';

/** Availability of the platform's features. */
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

/** Sums up the usage of all runs that started in a month. */
export function readMonthlyUsage(services: ClientServices, options: MonthlyUsageOptions = {}): MonthlyUsage {
    checkOptions('options', options, ['date']);
    return sumUsage(services, parseDate(options.date) ?? services.now());
}

/** Returns the limits of the user and the current usage. */
export function readLimits(services: ClientServices): AccountLimits {
    const { usageCycle, monthlyServiceUsage, totalUsageCreditsUsdAfterVolumeDiscount } = sumUsage(
        services,
        services.now(),
    );
    const quantity = (name: ServiceName): number => monthlyServiceUsage[name]?.quantity ?? 0;
    return {
        monthlyUsageCycle: usageCycle,
        limits: requireUserService(services, 'account').limits(),
        current: {
            monthlyUsageUsd: totalUsageCreditsUsdAfterVolumeDiscount,
            monthlyActorComputeUnits: quantity('ACTOR_COMPUTE_UNITS'),
            monthlyExternalDataTransferGbytes: quantity('DATA_TRANSFER_EXTERNAL_GBYTES'),
            monthlyProxySerps: quantity('PROXY_SERPS'),
            monthlyResidentialProxyGbytes: quantity('PROXY_RESIDENTIAL_TRANSFER_GBYTES'),
            ...requireUserService(services, 'account').counts(),
        },
    };
}

/** Updates the limits that a user can change. */
export function updateLimits(services: ClientServices, limits: LimitsUpdate): void {
    checkRequired('limits', limits);
    checkEach('limits', limits, {
        maxMonthlyUsageUsd: (path, value) => checkNumber(path, value, 0),
        dataRetentionDays: (path, value) => checkWhole(path, value, 1),
    });
    requireUserService(services, 'account').setLimits(withoutUndefined(limits));
}

function parseDate(date: Date | string | undefined): number | undefined {
    if (date === undefined) return undefined;
    if (!(date instanceof Date)) checkText('options.date', date);
    const time = date instanceof Date ? date.getTime() : DAY.test(date) ? Date.parse(date) : NaN;
    if (Number.isNaN(time)) throw invalid('options.date', date, 'a Date, or a day such as `2026-06-14`');
    return time;
}

type Usages = Partial<Record<ServiceName, ServiceUsage>>;

/** Sums up the usage of the runs that started in the month of this time. */
function sumUsage(services: ClientServices, millis: number): MonthlyUsage {
    const usageCycle = toUsageCycle(millis);
    const month: Usages = {};
    const days = new Map<string, DailyServiceUsages>();
    for (const run of listRuns(services, usageCycle)) {
        const date = run.startedAt.toISOString().slice(0, 10);
        const day = days.get(date) ?? { date: new Date(date), serviceUsage: {}, totalUsageCreditsUsd: 0 };
        days.set(date, day);
        for (const usages of [month, day.serviceUsage]) addRun(usages, run);
        day.totalUsageCreditsUsd = addUsd(day.totalUsageCreditsUsd, run.usageTotalUsd);
    }
    const dailyServiceUsages = [...days.values()];
    const total = dailyServiceUsages.reduce((sum, { totalUsageCreditsUsd }) => addUsd(sum, totalUsageCreditsUsd), 0);
    return {
        usageCycle,
        monthlyServiceUsage: Object.fromEntries(
            Object.entries(month).map(([name, usage]) => [name, toMonthlyUsage(usage)] as const),
        ),
        dailyServiceUsages,
        totalUsageCreditsUsdBeforeVolumeDiscount: total,
        totalUsageCreditsUsdAfterVolumeDiscount: total,
    };
}

/** Returns the month that contains this time. */
function toUsageCycle(millis: number): UsageCycle {
    const time = new Date(millis);
    const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
    return { startAt: new Date(Date.UTC(year, month)), endAt: new Date(Date.UTC(year, month + 1) - 1) };
}

function* listRuns({ runs, principal }: ClientServices, { startAt, endAt }: UsageCycle): Generator<Run> {
    const filter = { startedAfter: startAt.getTime(), startedBefore: endAt.getTime() };
    for (let offset = 0, total = 1; offset < total; offset += RUNS_PER_PAGE) {
        const page = runs.page({ ...filter, isOwner: principal.owns, offset, limit: RUNS_PER_PAGE, desc: false });
        yield* page.items;
        total = page.total;
    }
}

function addRun(usages: Usages, { usage, usageTotalUsd, chargedEventCounts }: Run): void {
    for (const [name, quantity] of Object.entries(usage)) add(usages, name as ServiceName, quantity, 0);
    if (chargedEventCounts === undefined) return;
    const events = Object.values(chargedEventCounts).reduce((sum, count) => sum + count, 0);
    add(usages, 'PAID_ACTORS_PER_EVENT', events, usageTotalUsd);
}

function add(usages: Usages, name: ServiceName, quantity: number, amountUsd: number): void {
    const usage = (usages[name] ??= { quantity: 0, baseAmountUsd: 0 });
    usage.quantity += quantity;
    usage.baseAmountUsd = addUsd(usage.baseAmountUsd, amountUsd);
}

function toMonthlyUsage({
    quantity,
    baseAmountUsd,
}: ServiceUsage): NonNullable<MonthlyUsage['monthlyServiceUsage'][ServiceName]> {
    return {
        quantity,
        baseAmountUsd,
        baseUnitPriceUsd: quantity === 0 ? 0 : baseAmountUsd / quantity,
        amountAfterVolumeDiscountUsd: baseAmountUsd,
        priceTiers: [],
    };
}

/** Returns the platform features with their availability. */
export function platformFeatures(): Record<PlatformFeatureName, PlatformFeature> {
    const entries = Object.entries(FEATURES).map(([name, isEnabled]) => [name, toFeature(isEnabled)] as const);
    return Object.fromEntries(entries) as Record<PlatformFeatureName, PlatformFeature>;
}

/** Creates the plan of a user: free, and limited only by the machine. */
export function createUserPlan(limits: UsageLimits): UserPlan {
    const { maxConcurrentActorJobs: _, maxTeamAccountSeatCount, maxScheduleCount: __, ...shared } = limits;
    const names = Object.entries(FEATURES).flatMap(([name, isEnabled]) => (isEnabled ? [name] : []));
    return {
        ...shared,
        id: 'LOCAL',
        description: 'All resources of this machine',
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

function toFeature(isEnabled: boolean): PlatformFeature {
    return {
        isEnabled,
        disabledReason: isEnabled ? null : NO_PROXIES,
        disabledReasonType: isEnabled ? null : 'NOT_AVAILABLE',
        isTrial: false,
        trialExpirationAt: null,
    };
}

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

/** What stands for a limit that there is not. */
export const NO_LIMIT = 999_999_999;

const DAY = /^\d{4}-\d\d-\d\d$/;

const RUNS_PER_PAGE = 1000;

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

/** What runs have used in a month. */
export function readMonthlyUsage(services: ClientServices, options: MonthlyUsageOptions = {}): MonthlyUsage {
    checkOptions('options', options, ['date']);
    return usageOf(services, readDate(options.date) ?? services.now());
}

/** The limits of the user, and how near they are. */
export function readLimits(services: ClientServices): AccountLimits {
    const { usageCycle, monthlyServiceUsage, totalUsageCreditsUsdAfterVolumeDiscount } = usageOf(
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

/** Changes those limits that a user can change. */
export function updateLimits(services: ClientServices, limits: LimitsUpdate): void {
    checkRequired('limits', limits);
    checkEach('limits', limits, {
        maxMonthlyUsageUsd: (path, value) => checkNumber(path, value, 0),
        dataRetentionDays: (path, value) => checkWhole(path, value, 1),
    });
    requireUserService(services, 'account').setLimits(withoutUndefined(limits));
}

function readDate(date: Date | string | undefined): number | undefined {
    if (date === undefined) return undefined;
    if (!(date instanceof Date)) checkText('options.date', date);
    const time = date instanceof Date ? date.getTime() : DAY.test(date) ? Date.parse(date) : NaN;
    if (Number.isNaN(time)) throw invalid('options.date', date, 'a Date, or a day as `2026-06-14`');
    return time;
}

type Usages = Partial<Record<ServiceName, ServiceUsage>>;

/** What the runs have used that were started in the month of this time, in milliseconds since the epoch. */
function usageOf(services: ClientServices, millis: number): MonthlyUsage {
    const usageCycle = cycleOf(millis);
    const month: Usages = {};
    const days = new Map<string, DailyServiceUsages>();
    for (const run of runsOf(services, usageCycle)) {
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
            Object.entries(month).map(([name, usage]) => [name, ofMonth(usage)] as const),
        ),
        dailyServiceUsages,
        totalUsageCreditsUsdBeforeVolumeDiscount: total,
        totalUsageCreditsUsdAfterVolumeDiscount: total,
    };
}

/** The month of a time. */
function cycleOf(millis: number): UsageCycle {
    const time = new Date(millis);
    const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
    return { startAt: new Date(Date.UTC(year, month)), endAt: new Date(Date.UTC(year, month + 1) - 1) };
}

function* runsOf({ runs, principal }: ClientServices, { startAt, endAt }: UsageCycle): Generator<Run> {
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

function ofMonth({
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

import { addUsd } from '../util/usd.js';
import type { DailyServiceUsages, MonthlyUsage, ServiceName, ServiceUsage, UsageCycle } from '../model/account.js';
import type { Run } from '../model/run.js';
import type { RunDirectory } from './client-host.js';

const RUNS_PER_PAGE = 1000;

type Usages = Partial<Record<ServiceName, ServiceUsage>>;

/** What the runs have used that were started in the month of this time, in milliseconds since the epoch. */
export function usageOf(runs: Pick<RunDirectory, 'page'>, millis: number): MonthlyUsage {
    const usageCycle = cycleOf(millis);
    const month: Usages = {};
    const days = new Map<string, DailyServiceUsages>();
    for (const run of runsOf(runs, usageCycle)) {
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

function* runsOf(runs: Pick<RunDirectory, 'page'>, { startAt, endAt }: UsageCycle): Generator<Run> {
    const filter = { startedAfter: startAt.getTime(), startedBefore: endAt.getTime() };
    for (let offset = 0, total = 1; offset < total; offset += RUNS_PER_PAGE) {
        const page = runs.page({ ...filter, offset, limit: RUNS_PER_PAGE, desc: false });
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

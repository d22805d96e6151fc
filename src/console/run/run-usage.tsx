import { Facts } from '../parts/facts.js';
import { formatBytes, formatCount, formatDuration, formatUsd } from '../parts/format.js';
import { UsagePlot } from '../usage/usage-plot.js';
import { CPU_PLOT, MEMORY_PLOT } from '../usage/plot-settings.js';
import { useMemo, type JSX } from '../preact.js';
import { hasEnded } from './run-status.js';
import type { Run } from '../api/json.js';
import type { UsageSample } from '../../util/usage-series.js';

/** What a run uses, over time and in all. */
export function RunUsage({ run, samples }: { run: Run; samples: readonly UsageSample[] }): JSX.Element {
    const times = useMemo(() => timesOf(samples), [samples]);
    const memory = useMemo(() => samples.map(([, bytes]) => bytes), [samples]);
    const cpu = useMemo(() => samples.map(([, , percent]) => percent), [samples]);
    const { stats } = run;
    return (
        <div class="stack">
            {samples.length === 0 ? (
                <p class="card faint">
                    {hasEnded(run)
                        ? 'There is no plot: what a run uses over time is known from when the engine began to listen, for the last 500 runs, and for as long as the engine lives.'
                        : 'The first figures come after a second.'}
                </p>
            ) : (
                <div class="usage-plots">
                    <UsagePlot
                        title="Memory"
                        words={`${formatBytes(stats.memMaxBytes)} at most of ${formatBytes(run.options.memoryMbytes * 1024 ** 2)}`}
                        times={times}
                        values={memory}
                        settings={MEMORY_PLOT}
                    />
                    <UsagePlot
                        title="CPU"
                        words={`${Math.round(stats.cpuMaxUsage)} % of one processor at most, ${Math.round(stats.cpuAvgUsage)} % on average`}
                        times={times}
                        values={cpu}
                        settings={CPU_PLOT}
                    />
                </div>
            )}
            <Statistics run={run} />
            <ChargedEvents run={run} />
        </div>
    );
}

function Statistics({ run }: { run: Run }): JSX.Element {
    const { stats, usage, options } = run;
    const counts = Object.entries(usage).filter(([, value]) => value > 0);
    return (
        <>
            <section class="card" aria-label="Statistics">
                <h2>Statistics</h2>
                <Facts
                    facts={{
                        'Executed for': formatDuration(stats.durationMillis),
                        'Compute units': stats.computeUnits.toFixed(6),
                        'Memory on average': formatBytes(stats.memAvgBytes),
                        'Memory at most': formatBytes(stats.memMaxBytes),
                        Received: formatBytes(stats.netRxBytes),
                        Sent: formatBytes(stats.netTxBytes),
                        Input: formatBytes(stats.inputBodyLen),
                        Restarts: countOf(stats.restartCount),
                        Reboots: countOf(stats.rebootCount),
                        Migrations: countOf(stats.migrationCount),
                        Resurrections: countOf(stats.resurrectCount),
                        Metamorphs: countOf(stats.metamorph),
                        'At most items': options.maxItems === undefined ? undefined : formatCount(options.maxItems),
                        'At most charged':
                            options.maxTotalChargeUsd === undefined ? undefined : formatUsd(options.maxTotalChargeUsd),
                        'Restart on error': options.restartOnError ? 'yes' : undefined,
                    }}
                />
            </section>
            {counts.length > 0 && (
                <section class="card" aria-label="Operations">
                    <h2>Operations</h2>
                    <Facts facts={Object.fromEntries(counts.map(([name, value]) => [wordsOf(name), figure(value)]))} />
                </section>
            )}
        </>
    );
}

function ChargedEvents({ run }: { run: Run }): JSX.Element | null {
    const { chargedEventCounts, usageTotalUsd } = run;
    if (chargedEventCounts === undefined) return null;
    return (
        <section class="card" aria-label="Charged events">
            <h2>Charged events</h2>
            <Facts
                facts={{
                    ...Object.fromEntries(
                        Object.entries(chargedEventCounts).map(([name, count]) => [name, formatCount(count)]),
                    ),
                    'In all': formatUsd(usageTotalUsd),
                }}
            />
        </section>
    );
}

/** Seconds since the first sample, always growing, as a plot wants them. */
function timesOf(samples: readonly UsageSample[]): number[] {
    const [start = 0] = samples[0] ?? [];
    return samples.map(([atMillis]) => (atMillis - start) / 1000);
}

function countOf(count: number): string | undefined {
    return count === 0 ? undefined : formatCount(count);
}

function figure(value: number): string {
    return Number.isInteger(value) ? formatCount(value) : value.toPrecision(3);
}

/** `DATASET_READS` as “Dataset reads”. */
function wordsOf(name: string): string {
    const words = name.toLowerCase().replaceAll('_', ' ').replace('gbytes', 'GB');
    return words.charAt(0).toUpperCase() + words.slice(1);
}

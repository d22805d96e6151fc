import { useMemo, useEffect, useRef, useState } from 'preact/hooks';
import type { Run } from '../api/json.js';
import type { PlotSettings, Plot } from './plot.js';
import { hasEnded } from './run-status.js';
import { theme } from '../state/theme.js';
import { formatBytes, formatCount, formatDuration, formatUsd } from '../ui/format.js';
import { Facts } from '../ui/page.js';
import type { UsageSample } from '../../util/usage-series.js';

/** What a run uses, over time and in all. */
export function RunUsage({ run, samples }: { run: Run; samples: readonly UsageSample[] }) {
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

function Statistics({ run }: { run: Run }) {
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

function ChargedEvents({ run }: { run: Run }) {
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

const MEGABYTE = 1024 * 1024;

/** Times are those since the first sample. */
const formatTime = (secs: number): string => (secs === 0 ? '0' : formatDuration(secs * 1000));

/** Memory, in bytes. */
export const MEMORY_PLOT: PlotSettings = {
    colour: '--accent',
    format: formatBytes,
    formatTime,
    least: 16 * MEGABYTE,
    steps: Array.from({ length: 16 }, (_, power) => MEGABYTE * 2 ** power),
};

/** Processor time, in percent of one processor. */
export const CPU_PLOT: PlotSettings = {
    colour: '--going',
    format: (percent) => `${Math.round(percent)} %`,
    formatTime,
    least: 100,
    steps: [10, 25, 50, 100, 200, 500, 1000],
};

/** Values over time as a plot, and in words for whoever does not see it. */
export function UsagePlot({
    title,
    words,
    times,
    values,
    settings,
}: {
    title: string;
    words: string;
    /** Seconds. */
    times: readonly number[];
    values: readonly number[];
    settings: PlotSettings;
}) {
    const element = useRef<HTMLDivElement>(null);
    const plot = useRef<Plot | undefined>(undefined);
    const colours = useColours();
    const latest = useRef({ times, values });
    latest.current = { times, values };
    useEffect(() => {
        const target = element.current!;
        let isGone = false;
        const observer = new ResizeObserver(() => plot.current?.resize(target.clientWidth));
        // Loaded only here: it is larger than all of the page around it.
        void import('./plot.js').then(({ makePlot }) => {
            if (isGone) return;
            plot.current = makePlot(target, target.clientWidth, settings);
            plot.current.show(latest.current.times, latest.current.values);
            observer.observe(target);
        });
        return () => {
            isGone = true;
            observer.disconnect();
            plot.current?.remove();
            plot.current = undefined;
        };
    }, [colours, settings]);
    useEffect(() => plot.current?.show(times, values), [times, values]);
    return (
        <figure class="usage-plot">
            <figcaption>
                {title} <span class="faint">{words}</span>
            </figcaption>
            <div ref={element} role="img" aria-label={`${title}: ${words}`} />
        </figure>
    );
}

/** Another one whenever the colours change. */
function useColours(): string {
    const chosen = theme.value;
    const [system, setSystem] = useState(DARK.matches);
    useEffect(() => {
        const change = (): void => setSystem(DARK.matches);
        DARK.addEventListener('change', change);
        return () => DARK.removeEventListener('change', change);
    }, []);
    return chosen === 'system' ? String(system) : chosen;
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

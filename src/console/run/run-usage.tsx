import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { theme } from '../state/theme.js';
import { formatBytes, formatCount, formatDuration, formatUsd, wordsOf } from '../ui/format.js';
import { Facts } from '../ui/page.js';
import { hasEnded } from './run-status.js';
import type { UsageSample } from '../../util/usage-series.js';
import type { Run } from '../api/json.js';
import type { Plot, PlotSettings } from './plot.js';

const MEGABYTE = 1024 * 1024;
const formatTime = (secs: number): string => (secs === 0 ? '0' : formatDuration(secs * 1000));

const MEMORY_PLOT: PlotSettings = {
    colour: '--accent',
    format: formatBytes,
    formatTime,
    least: 16 * MEGABYTE,
    steps: Array.from({ length: 16 }, (_, power) => MEGABYTE * 2 ** power),
};
/** In percent of one core. */
const CPU_PLOT: PlotSettings = {
    colour: '--going',
    format: (percent) => `${Math.round(percent)} %`,
    formatTime,
    least: 100,
    steps: [10, 25, 50, 100, 200, 500, 1000],
};

/** What a run uses, over time and in total. */
export function RunUsage({ run, samples }: { run: Run; samples: readonly UsageSample[] }) {
    const { stats, options } = run;
    const memory = `Peak ${formatBytes(stats.memMaxBytes)} of ${formatBytes(options.memoryMbytes * MEGABYTE)}`;
    const cpu = `Peak ${Math.round(stats.cpuMaxUsage)}% of one core, average ${Math.round(stats.cpuAvgUsage)}%`;
    return (
        <div class="stack">
            {samples.length === 0 ? (
                <p class="card faint">
                    {hasEnded(run)
                        ? 'No plot: usage over time is kept in memory for the last 500 runs, from when the engine began to listen.'
                        : 'Collecting data…'}
                </p>
            ) : (
                <div class="usage-plots">
                    <UsagePlot title="Memory" words={memory} samples={samples} at={1} settings={MEMORY_PLOT} />
                    <UsagePlot title="CPU" words={cpu} samples={samples} at={2} settings={CPU_PLOT} />
                </div>
            )}
            <Statistics run={run} />
            <ChargedEvents run={run} />
        </div>
    );
}

function Statistics({ run: { stats, usage, options } }: { run: Run }) {
    const counts = Object.entries(usage).filter(([, value]) => value > 0);
    return (
        <>
            <section class="card" aria-label="Statistics">
                <h2>Statistics</h2>
                <Facts
                    facts={{
                        'Run time': formatDuration(stats.durationMillis),
                        'Compute units': stats.computeUnits.toFixed(6),
                        'Average memory': formatBytes(stats.memAvgBytes),
                        'Peak memory': formatBytes(stats.memMaxBytes),
                        Received: formatBytes(stats.netRxBytes),
                        Sent: formatBytes(stats.netTxBytes),
                        Input: formatBytes(stats.inputBodyLen),
                        Restarts: countOf(stats.restartCount),
                        Reboots: countOf(stats.rebootCount),
                        Migrations: countOf(stats.migrationCount),
                        Resurrections: countOf(stats.resurrectCount),
                        Metamorphs: countOf(stats.metamorph),
                        'Max paid items': options.maxItems && formatCount(options.maxItems),
                        'Max charge': options.maxTotalChargeUsd && formatUsd(options.maxTotalChargeUsd),
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

function ChargedEvents({ run: { chargedEventCounts, usageTotalUsd } }: { run: Run }) {
    if (chargedEventCounts === undefined) return null;
    const counts = Object.entries(chargedEventCounts).map(([name, count]) => [name, formatCount(count)] as const);
    return (
        <section class="card" aria-label="Charged events">
            <h2>Charged events</h2>
            <Facts facts={{ ...Object.fromEntries(counts), Total: formatUsd(usageTotalUsd) }} />
        </section>
    );
}

function countOf(count: number): string | undefined {
    return count === 0 ? undefined : formatCount(count);
}

function figure(value: number): string {
    return Number.isInteger(value) ? formatCount(value) : value.toPrecision(3);
}

interface UsagePlotProps {
    readonly title: string;
    readonly words: string;
    readonly samples: readonly UsageSample[];
    /** Which figure of the samples is shown. */
    readonly at: 1 | 2;
    readonly settings: PlotSettings;
}

/** Values over time as a plot, and in words for those who cannot see it. */
function UsagePlot({ title, words, samples, at, settings }: UsagePlotProps) {
    const element = useRef<HTMLDivElement>(null);
    const plot = useRef<Plot | undefined>(undefined);
    const colours = useColours();
    const data = useMemo(() => [timesOf(samples), samples.map((sample) => sample[at])] as const, [samples, at]);
    const latest = useRef(data);
    latest.current = data;
    useEffect(() => {
        const target = element.current!;
        let isGone = false;
        const observer = new ResizeObserver(() => plot.current?.resize(target.clientWidth));
        // Loaded only here: it is larger than all of the page around it.
        void import('./plot.js').then(({ makePlot }) => {
            if (isGone) return;
            plot.current = makePlot(target, target.clientWidth, settings);
            plot.current.show(...latest.current);
            observer.observe(target);
        });
        return () => {
            isGone = true;
            observer.disconnect();
            plot.current?.remove();
            plot.current = undefined;
        };
    }, [colours, settings]);
    useEffect(() => plot.current?.show(...data), [data]);
    return (
        <figure class="usage-plot">
            <figcaption>
                {title} <span class="faint">{words}</span>
            </figcaption>
            <div ref={element} role="img" aria-label={`${title}: ${words}`} />
        </figure>
    );
}

/** Returns seconds since the first sample. */
function timesOf(samples: readonly UsageSample[]): number[] {
    const [start = 0] = samples[0] ?? [];
    return samples.map(([atMillis]) => (atMillis - start) / 1000);
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Returns another value whenever the colours change. */
function useColours(): string {
    const [system, setSystem] = useState(DARK.matches);
    useEffect(() => {
        const change = (): void => setSystem(DARK.matches);
        DARK.addEventListener('change', change);
        return () => DARK.removeEventListener('change', change);
    }, []);
    return theme.value === 'system' ? String(system) : theme.value;
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { hasEnded } from '../runs/runs-page.js';
import { theme } from '../signals/theme.js';
import { formatBytes, formatCount, formatDuration, formatUsd, humanize } from '../components/format.js';
import { DefinitionList } from '../components/page.js';
import type { UsageSample } from '../../util/collections/downsampled-series.js';
import type { Run } from '../api/json.js';
import type { Plot, PlotSettings } from './plot.js';

const MEGABYTE = 1024 * 1024;

const MEMORY_PLOT: PlotSettings = {
    colour: '--accent',
    format: formatBytes,
    minTop: 16 * MEGABYTE,
    steps: Array.from({ length: 16 }, (_, power) => MEGABYTE * 2 ** power),
};
/** CPU usage in percent of one core. */
const CPU_PLOT: PlotSettings = {
    colour: '--active',
    format: (percent) => `${Math.round(percent)}%`,
    minTop: 100,
    steps: [10, 25, 50, 100, 200, 500, 1000],
};

export function RunUsage({ run, samples }: { run: Run; samples: readonly UsageSample[] }) {
    const { stats, options } = run;
    const memory = `Peak ${formatBytes(stats.memMaxBytes)} of ${formatBytes(options.memoryMbytes * MEGABYTE)}`;
    const cpu = `Peak ${Math.round(stats.cpuMaxUsage)}% of one core, average ${Math.round(stats.cpuAvgUsage)}%`;
    return (
        <div class="stack">
            {samples.length === 0 ? (
                <p class="card faint">
                    {hasEnded(run)
                        ? 'No data. Usage over time is kept in memory for the last 500 runs since the engine started listening.'
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
            <DefinitionList
                title="Statistics"
                className="card"
                entries={{
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
                    'Restart on error': options.restartOnError ? 'Yes' : undefined,
                }}
            />
            <DefinitionList
                title="Operations"
                className="card"
                entries={Object.fromEntries(counts.map(([name, value]) => [humanize(name), figure(value)]))}
            />
        </>
    );
}

function ChargedEvents({ run: { chargedEventCounts, usageTotalUsd } }: { run: Run }) {
    if (chargedEventCounts === undefined) return null;
    const counts = Object.entries(chargedEventCounts).map(([name, count]) => [name, formatCount(count)] as const);
    return (
        <DefinitionList
            title="Charged events"
            className="card"
            entries={{ ...Object.fromEntries(counts), Total: formatUsd(usageTotalUsd) }}
        />
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
    readonly at: 1 | 2;
    readonly settings: PlotSettings;
}

function UsagePlot({ title, words, samples, at, settings }: UsagePlotProps) {
    const element = useRef<HTMLDivElement>(null);
    const [plot, setPlot] = useState<Plot>();
    const colours = useColours();
    useEffect(() => {
        const target = element.current!;
        const controller = new AbortController();
        // Loaded lazily: it is larger than the rest of the page.
        void import('./plot.js').then(({ createPlot, PLOT_HEIGHT: height }) => {
            if (controller.signal.aborted) return;
            const created = createPlot(target, settings);
            const observer = new ResizeObserver(() => created.setSize({ width: target.clientWidth, height }));
            observer.observe(target);
            controller.signal.addEventListener('abort', () => (observer.disconnect(), created.destroy()));
            setPlot(created);
        });
        return () => controller.abort();
    }, [colours, settings]);
    useEffect(() => {
        const [start = 0] = samples[0] ?? [];
        const times = samples.map(([atMillis]) => (atMillis - start) / 1000);
        plot?.setData([times, samples.map((sample) => sample[at])]);
    }, [plot, samples, at]);
    return (
        <figure class="usage-plot">
            <figcaption>
                {title} <span class="faint">{words}</span>
            </figcaption>
            <div ref={element} role="img" aria-label={`${title}: ${words}`} />
        </figure>
    );
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

const isSystemDark = signal(DARK.matches);
DARK.addEventListener('change', () => (isSystemDark.value = DARK.matches));

/** Returns a value that changes with the colours. */
function useColours(): string {
    return theme.value === 'system' ? String(isSystemDark.value) : theme.value;
}

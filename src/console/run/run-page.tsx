import { useCallback, useEffect, useRef } from 'preact/hooks';
import { isNotFound, api } from '../api/api.js';
import type { Run, KeyValueStoreInfo } from '../api/json.js';
import { useResource, type Resource } from '../api/use-resource.js';
import { useLive } from '../live/live.js';
import { useLog } from '../live/use-log.js';
import { useUsage } from '../live/use-usage.js';
import { LogView } from '../log/log-view.js';
import type { PageProps } from '../router/outlet.js';
import { place } from '../router/router.js';
import { RunActions } from './run-actions.js';
import { RunInput } from './run-input.js';
import { RunOutput } from './run-output.js';
import { RunRelated } from './run-related.js';
import { hasEnded, laterOf, storageVersions } from './run-status.js';
import { RunUsage } from './run-usage.js';
import { useActorNames } from '../runs/runs-table.js';
import { now } from '../state/now.js';
import { ItemsView } from '../storage/dataset/items-view.js';
import { RecordsView } from '../storage/records/records-view.js';
import { RequestsView } from '../storage/requests/requests-view.js';
import { CopyButton } from '../ui/button.js';
import { formatBytes, formatDuration, formatUsd } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Page, Tabs, Facts } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { StatusBadge, Ago } from '../ui/time.js';
import type { UsageSample } from '../../util/usage-series.js';

/** A run: how it stands, what it says, what it has used and made, and what can be done with it. */
export function RunPage({ params }: PageProps) {
    const id = params['id'] ?? '';
    return <RunById key={id} id={id} />;
}

function RunById({ id }: { id: string }) {
    const { run, samples } = useRun(id);
    const nameOf = useActorNames();
    const { path } = place.value;
    const part = RUN_PARTS.find(({ slug }) => slug === path.split('/')[3]) ?? RUN_PARTS[0];
    if (isNotFound(run.error)) return <NoRun id={id} />;
    const { value } = run;
    const crumbs = [
        { name: 'Runs', to: '/runs' },
        ...(value ? [{ name: nameOf(value.actId), to: `/actors/${value.actId}` }] : []),
    ];
    return (
        <Page
            title={`Run ${id}`}
            heading={
                <span class="run-heading">
                    <span class="mono">{id}</span>
                    <CopyButton text={id} label="Copy the id of the run" />
                    {value && <StatusBadge status={value.status} />}
                </span>
            }
            crumbs={crumbs}
            actions={value && <RunActions run={value} onChange={run.replace} />}
        >
            <ResourceView resource={run}>
                {(shown) => (
                    <>
                        <p class="run-message" aria-live="polite">
                            {shown.statusMessage}
                        </p>
                        <RunFacts run={shown} />
                        <Tabs
                            label="Run"
                            current={part.name}
                            tabs={RUN_PARTS.map(({ name, slug, countOf }) => ({
                                name,
                                to: `/runs/${id}/${slug}`,
                                count: countOf?.(shown),
                            }))}
                        />
                        <RunPart key={part.slug} slug={part.slug} run={shown} samples={samples} />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

function NoRun({ id }: { id: string }) {
    return (
        <Page title="No such run" crumbs={[{ name: 'Runs', to: '/runs' }]}>
            <Empty title={`There is no run ${id}`} actions={<Link to="/runs">See the runs that there are</Link>}>
                <p>
                    It was deleted, or it was a run of an engine that kept its state in memory and has been started
                    anew. With <code>storageDir</code>, runs are kept on disk.
                </p>
            </Empty>
        </Page>
    );
}

/** A run, live, and what it has used over time. */
export function useRun(id: string): { run: Resource<Run>; samples: readonly UsageSample[] } {
    const read = useResource(`run ${id}`, (signal) => api<Run>(`/actor-runs/${encodeURIComponent(id)}`, { signal }));
    const samples = useUsage(id);
    const told = useRef<Run | undefined>(undefined);
    const replace = useCallback(
        (run: Run): void => {
            told.current = run;
            read.replace(run);
        },
        [read.replace],
    );
    useLive((event) => {
        if (event.name === 'run' && event.run.id === id) replace(event.run);
    });
    const value = laterOf(read.value, told.current);
    // The engine tells what a run uses as it goes on; that is when its figures are worth another look.
    useEffect(() => {
        if (samples.length > 0 && value !== undefined && !hasEnded(value)) read.reload();
    }, [samples]);
    return { run: { ...read, value, replace }, samples };
}

type Slug = 'log' | 'output' | 'items' | 'records' | 'requests' | 'input' | 'usage' | 'related';

/** The parts of the page of a run, in their order; the first is shown where none is named. */
export const RUN_PARTS: readonly [PartName, ...PartName[]] = [
    { slug: 'log', name: 'Log' },
    { slug: 'output', name: 'Output' },
    { slug: 'items', name: 'Items', countOf: ({ stats }) => stats.datasetItems },
    { slug: 'records', name: 'Records' },
    { slug: 'requests', name: 'Requests', countOf: ({ stats }) => stats.requestsTotal },
    { slug: 'input', name: 'Input' },
    { slug: 'usage', name: 'Usage' },
    { slug: 'related', name: 'Related' },
];

interface PartName {
    /** In the address. */
    readonly slug: Slug;
    readonly name: string;
    readonly countOf?: (run: Run) => number;
}

/** One part of the page of a run. */
export function RunPart({ slug, run, samples }: { slug: Slug; run: Run; samples: readonly UsageSample[] }) {
    const versions = storageVersions(run);
    switch (slug) {
        case 'log':
            return <RunLog run={run} />;
        case 'output':
            return <RunOutput run={run} version={versions.records} />;
        case 'items':
            return <ItemsView datasetId={run.defaultDatasetId} version={versions.items} />;
        case 'records':
            return <StoreOf run={run} version={versions.records} />;
        case 'requests':
            return <RequestsView queueId={run.defaultRequestQueueId} version={versions.requests} />;
        case 'input':
            return <RunInput run={run} />;
        case 'usage':
            return <RunUsage run={run} samples={samples} />;
        case 'related':
            return <RunRelated run={run} />;
    }
}

/** The default key-value store of a run. */
export function StoreOf({ run, version }: { run: Run; version: number }) {
    const id = run.defaultKeyValueStoreId;
    const store = useResource(`store ${id}`, (signal) => api<KeyValueStoreInfo>(`/key-value-stores/${id}`, { signal }));
    return <RecordsView storeId={id} archiveUrl={store.value?.recordsPublicUrl} version={version} />;
}

/** What a run says, live. */
export function RunLog({ run }: { run: Run }) {
    const log = useLog(run.id, run.stats.resurrectCount);
    return <LogView log={log} label="Log of the run" downloadPath={`/v2/logs/${run.id}?download=true`} />;
}

/** What one wants to know of a run at a glance. */
export function RunFacts({ run }: { run: Run }) {
    const { startedAt, exitCode, meta, options, stats, usageTotalUsd, actorTaskId } = run;
    const isPaid = run.pricingInfo !== undefined || usageTotalUsd > 0;
    return (
        <div class="card run-facts">
            <Facts
                facts={{
                    Started: <Ago iso={startedAt} />,
                    Duration: <RunDuration run={run} />,
                    'Exit code': exitCode === undefined ? undefined : String(exitCode),
                    Origin: meta.scheduleId ? (
                        <Link to={`/schedules/${meta.scheduleId}`}>schedule</Link>
                    ) : (
                        meta.origin.toLowerCase()
                    ),
                    Task: actorTaskId && <Link to={`/tasks/${actorTaskId}`}>{actorTaskId}</Link>,
                    Build: (
                        <Link to={`/builds/${run.buildId}`} class="mono">
                            {run.buildNumber}
                        </Link>
                    ),
                    Memory: memoryWords(run),
                    CPU: hasEnded(run)
                        ? `${Math.round(stats.cpuAvgUsage)} % on average`
                        : `${Math.round(stats.cpuCurrentUsage)} %`,
                    Timeout: options.timeoutSecs === 0 ? 'none' : formatDuration(options.timeoutSecs * 1000),
                    Cost: isPaid ? formatUsd(usageTotalUsd) : undefined,
                }}
            />
        </div>
    );
}

function memoryWords(run: Run): string {
    const { stats, options } = run;
    const limit = formatBytes(options.memoryMbytes * 1024 * 1024);
    if (hasEnded(run)) return `${formatBytes(stats.memMaxBytes)} at most, of ${limit}`;
    return `${formatBytes(stats.memCurrentBytes)} of ${limit}`;
}

/** Of the time that it was executed in; goes on while it is. */
function RunDuration({ run }: { run: Run }) {
    const { status, stats, startedAt, finishedAt } = run;
    if (status === 'READY') return <span class="faint">waits for its turn</span>;
    if (hasEnded(run)) {
        const millis =
            stats.durationMillis || new Date(finishedAt ?? startedAt).getTime() - new Date(startedAt).getTime();
        return <span class="figure">{formatDuration(millis)}</span>;
    }
    return <span class="figure">{formatDuration(now.value - new Date(startedAt).getTime())}</span>;
}

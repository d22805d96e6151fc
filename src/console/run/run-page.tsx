import { useCallback, useEffect, useRef } from 'preact/hooks';
import { isNotFound } from '../api/api.js';
import { type Resource, useApi } from '../api/use-resource.js';
import { useLive, useLog, useUsage } from '../live/live.js';
import { LogView } from '../log/log-view.js';
import { useActorNames } from '../runs/runs-table.js';
import { now } from '../state/now.js';
import { ItemsView } from '../storage/dataset/items-view.js';
import { RecordsView } from '../storage/records/records-view.js';
import { RequestsView } from '../storage/requests/requests-view.js';
import { CopyButton } from '../ui/button.js';
import { formatBytes, formatDuration, formatUsd } from '../ui/format.js';
import { Ago, Facts, NotFoundPage, Page, type Part, Parts, ResourceView, StatusBadge } from '../ui/page.js';
import { RunActions } from './run-actions.js';
import { RunInput, RunOutput } from './run-input.js';
import { RunRelated } from './run-related.js';
import { hasEnded, laterOf, storageVersions } from './run-status.js';
import { RunUsage } from './run-usage.js';
import type { UsageSample } from '../../util/usage-series.js';
import type { KeyValueStoreInfo, Run } from '../api/json.js';
import type { PageParams } from '../router.js';

/** A run with its usage over time. */
interface ShownRun {
    readonly run: Run;
    readonly samples: readonly UsageSample[];
}

/** The parts of the page of a run, by their place in the address. */
const PARTS: Readonly<Record<string, Part<ShownRun>>> = {
    log: { name: 'Log', show: ({ run }) => <RunLog run={run} /> },
    output: { name: 'Output', show: ({ run }) => <RunOutput run={run} version={storageVersions(run).records} /> },
    items: {
        name: 'Items',
        countOf: ({ run }) => run.stats.datasetItems,
        show: ({ run }) => <ItemsView datasetId={run.defaultDatasetId} version={storageVersions(run).items} />,
    },
    records: { name: 'Records', show: ({ run }) => <RunRecords run={run} /> },
    requests: {
        name: 'Requests',
        countOf: ({ run }) => run.stats.requestsTotal,
        show: ({ run }) => <RequestsView queueId={run.defaultRequestQueueId} version={storageVersions(run).requests} />,
    },
    input: { name: 'Input', show: ({ run }) => <RunInput run={run} /> },
    usage: { name: 'Usage', show: (shown) => <RunUsage {...shown} /> },
    related: { name: 'Related', show: ({ run }) => <RunRelated run={run} /> },
};

/** A run: its status, its log, what it has used and made, and what can be done with it. */
export function RunPage({ id, part }: PageParams) {
    const { run, samples } = useRun(id);
    const nameOf = useActorNames();
    if (isNotFound(run.error)) {
        return (
            <NotFoundPage what="Run" id={id} crumb={['Runs', '/runs']}>
                It was deleted, or belongs to an engine that kept its state in memory and was restarted. With{' '}
                <code>storageDir</code>, runs are kept on disk.
            </NotFoundPage>
        );
    }
    const { value } = run;
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
            crumbs={[['Runs', '/runs'], ...(value ? [[nameOf(value.actId), `/actors/${value.actId}`] as const] : [])]}
            actions={value && <RunActions run={value} onChange={run.replace} />}
        >
            <ResourceView resource={run}>
                {(shown) => (
                    <>
                        <p class="run-message" aria-live="polite">
                            {shown.statusMessage}
                        </p>
                        <RunFacts run={shown} />
                        <Parts
                            label="Run"
                            base={`/runs/${id}`}
                            parts={PARTS}
                            current={part}
                            value={{ run: shown, samples }}
                        />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

/** Reads a run, live, and what it has used over time. */
function useRun(id: string): { run: Resource<Run>; samples: readonly UsageSample[] } {
    const read = useApi<Run>(`/actor-runs/${encodeURIComponent(id)}`);
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
    // The engine sends what a run uses while it is active; that is when its figures are worth another look.
    useEffect(() => {
        if (samples.length > 0 && value !== undefined && !hasEnded(value)) read.reload();
    }, [samples]);
    return { run: { ...read, value, replace }, samples };
}

function RunLog({ run: { id, stats } }: { run: Run }) {
    const log = useLog(id, stats.resurrectCount);
    return <LogView log={log} label="Log of the run" downloadPath={`/v2/logs/${id}?download=true`} />;
}

function RunRecords({ run }: { run: Run }) {
    const id = run.defaultKeyValueStoreId;
    const { value } = useApi<KeyValueStoreInfo>(`/key-value-stores/${id}`);
    return <RecordsView storeId={id} archiveUrl={value?.recordsPublicUrl} version={storageVersions(run).records} />;
}

function RunFacts({ run }: { run: Run }) {
    const { startedAt, exitCode, meta, options, stats, usageTotalUsd, actorTaskId } = run;
    const isPaid = run.pricingInfo !== undefined || usageTotalUsd > 0;
    const limit = formatBytes(options.memoryMbytes * 1024 * 1024);
    return (
        <div class="card run-facts">
            <Facts
                facts={{
                    Started: <Ago iso={startedAt} />,
                    Duration: <RunDuration run={run} />,
                    'Exit code': exitCode === undefined ? undefined : String(exitCode),
                    Origin: meta.scheduleId ? (
                        <a href={`/schedules/${meta.scheduleId}`}>schedule</a>
                    ) : (
                        meta.origin.toLowerCase()
                    ),
                    Task: actorTaskId && <a href={`/tasks/${actorTaskId}`}>{actorTaskId}</a>,
                    Build: (
                        <a href={`/builds/${run.buildId}`} class="mono">
                            {run.buildNumber}
                        </a>
                    ),
                    Memory: hasEnded(run)
                        ? `Peak ${formatBytes(stats.memMaxBytes)} of ${limit}`
                        : `${formatBytes(stats.memCurrentBytes)} of ${limit}`,
                    CPU: hasEnded(run)
                        ? `Average ${Math.round(stats.cpuAvgUsage)}%`
                        : `${Math.round(stats.cpuCurrentUsage)}%`,
                    Timeout: options.timeoutSecs === 0 ? 'none' : formatDuration(options.timeoutSecs * 1000),
                    Cost: isPaid ? formatUsd(usageTotalUsd) : undefined,
                }}
            />
        </div>
    );
}

/** The time that the run was executed for; of an active run, the time since its start. */
function RunDuration({ run }: { run: Run }) {
    const { status, stats, finishedAt } = run;
    if (status === 'READY') return <span class="faint">queued</span>;
    const startMillis = new Date(run.startedAt).getTime();
    const millis = hasEnded(run)
        ? stats.durationMillis || new Date(finishedAt ?? run.startedAt).getTime() - startMillis
        : now.value - startMillis;
    return <span class="figure">{formatDuration(millis)}</span>;
}

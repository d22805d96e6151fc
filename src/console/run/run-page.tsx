import { useEffect } from 'preact/hooks';
import { useApi, useResource } from '../api/use-resource.js';
import { sendRunRequest, useUsage } from '../live/live.js';
import { LogView } from '../log/log-view.js';
import { hasEnded, RunsTable, useActorNames } from '../runs/runs-page.js';
import { now } from '../signals/now.js';
import { ItemsView } from '../storage/dataset/items-view.js';
import { RecordView } from '../storage/records/record-view.js';
import { RecordsView } from '../storage/records/records-view.js';
import { RequestsView } from '../storage/requests/requests-view.js';
import { KINDS } from '../storage/storages-page.js';
import { ButtonLink, CopyButton } from '../components/button.js';
import { formatBytes, formatCount, formatDuration, formatUsd, humanize } from '../components/format.js';
import {
    Ago,
    EmptyState,
    DefinitionList,
    NotFound,
    Page,
    type TabSpec,
    TabView,
    ResourceView,
    StatusBadge,
} from '../components/page.js';
import { DispatchList } from '../webhooks/dispatches.js';
import { RunActions } from './run-actions.js';
import { RunUsage } from './run-usage.js';
import type { UsageSample } from '../../util/collections/downsampled-series.js';
import type { Listed, Run, WebhookDispatch } from '../api/json.js';
import type { PageParams } from '../router.js';

interface ShownRun {
    readonly run: Run;
    readonly samples: readonly UsageSample[];
}

const TABS: Readonly<Record<string, TabSpec<ShownRun>>> = {
    log: {
        name: 'Log',
        show: ({ run: { id, stats } }) => (
            <LogView
                id={id}
                generation={stats.resurrectCount}
                label="Log of the run"
                downloadPath={`/v2/logs/${id}?download=true`}
            />
        ),
    },
    output: {
        name: 'Output',
        show: ({ run }) => <RunOutput run={run} version={versionOf(run, run.usage.KEY_VALUE_STORE_WRITES)} />,
    },
    items: {
        name: 'Items',
        countOf: ({ run }) => run.stats.datasetItems,
        show: ({ run }) => <ItemsView id={run.defaultDatasetId} version={versionOf(run, run.stats.datasetItems)} />,
    },
    records: {
        name: 'Records',
        show: ({ run }) => (
            <RecordsView id={run.defaultKeyValueStoreId} version={versionOf(run, run.usage.KEY_VALUE_STORE_WRITES)} />
        ),
    },
    requests: {
        name: 'Requests',
        countOf: ({ run }) => run.stats.requestsTotal,
        show: ({ run }) => (
            <RequestsView id={run.defaultRequestQueueId} version={versionOf(run, run.usage.REQUEST_QUEUE_WRITES)} />
        ),
    },
    input: { name: 'Input', show: ({ run }) => <RunInput run={run} /> },
    usage: { name: 'Usage', show: (shown) => <RunUsage {...shown} /> },
    related: { name: 'Related', show: ({ run }) => <RunRelated run={run} /> },
};

export function RunPage({ id, part }: PageParams) {
    const run = useApi<Run>(
        `/actor-runs/${encodeURIComponent(id)}`,
        {},
        (event) => event.name === 'run' && event.run.id === id,
    );
    const samples = useUsage(id);
    // Usage samples arrive while the run is active, which is when its other figures change, too.
    useEffect(() => {
        if (samples.length > 0 && run.value !== undefined && !hasEnded(run.value)) run.reload();
    }, [samples]);
    const nameOf = useActorNames();
    const missing = (
        <NotFound what={`Run ${id}`} all="runs" to="/runs">
            It was deleted, or belonged to an engine in memory that was restarted. With <code>storageDir</code>, runs
            are kept on disk.
        </NotFound>
    );
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
            <ResourceView resource={run} missing={missing}>
                {(shown) => (
                    <>
                        <p class="run-message" aria-live="polite">
                            {shown.statusMessage}
                        </p>
                        <RunDetails run={shown} />
                        <TabView
                            label="Run"
                            base={`/runs/${id}`}
                            tabs={TABS}
                            current={part}
                            value={{ run: shown, samples }}
                        />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

/**
 * Returns a number that changes whenever the contents of a default storage may have changed. Others may also write to the storage,
 * so the end of the run changes it, too.
 *
 * @param written - Number of writes by the Actor so far.
 */
function versionOf(run: Run, written: number): number {
    return written + (hasEnded(run) ? 0.5 : 0);
}

function RunDetails({ run }: { run: Run }) {
    const { startedAt, exitCode, meta, options, stats, usageTotalUsd, actorTaskId } = run;
    const isPaid = run.pricingInfo !== undefined || usageTotalUsd > 0;
    const limit = formatBytes(options.memoryMbytes * 1024 * 1024);
    return (
        <DefinitionList
            className="card run-details"
            entries={{
                Started: <Ago iso={startedAt} />,
                Duration: <RunDuration run={run} />,
                'Exit code': exitCode === undefined ? undefined : String(exitCode),
                Origin: meta.scheduleId ? (
                    <a href={`/schedules/${meta.scheduleId}`}>{humanize(meta.origin)}</a>
                ) : (
                    humanize(meta.origin)
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
                Timeout: options.timeoutSecs === 0 ? 'No limit' : formatDuration(options.timeoutSecs * 1000),
                Cost: isPaid ? formatUsd(usageTotalUsd) : undefined,
            }}
        />
    );
}

/** The run time; for an active run, the time since its start. */
function RunDuration({ run }: { run: Run }) {
    const { status, stats, finishedAt } = run;
    if (status === 'READY') return <span class="faint">Queued</span>;
    const startMillis = new Date(run.startedAt).getTime();
    const millis = hasEnded(run)
        ? stats.durationMillis || new Date(finishedAt ?? run.startedAt).getTime() - startMillis
        : now.value - startMillis;
    return <span class="figure">{formatDuration(millis)}</span>;
}

function RunInput({ run }: { run: Run }) {
    const keys = ['INPUT', ...(run.metamorphs ?? []).map(({ inputKey }) => inputKey)];
    const actions = () => (
        <ButtonLink kind="quiet" icon="edit" to={`/actors/${run.actId}/start?runAgain=${run.id}`}>
            Edit and run again
        </ButtonLink>
    );
    return (
        <div class="stack">
            {keys.map((key, index) => (
                <RecordView
                    key={key}
                    storeId={run.defaultKeyValueStoreId}
                    recordKey={key}
                    title={index === 0 ? 'Input' : `Input of metamorph ${index}`}
                    missing={<p class="faint">No input</p>}
                    actions={actions}
                />
            ))}
        </div>
    );
}

/** The output of a run: its record `OUTPUT`. */
function RunOutput({ run, version }: { run: Run; version: number }) {
    const { datasetItems } = run.stats;
    const items = `View ${datasetItems === 1 ? 'the item' : `${formatCount(datasetItems)} items`}`;
    const missing = (
        <EmptyState
            title={hasEnded(run) ? 'No output' : 'No output yet'}
            command="await Actor.setValue('OUTPUT', { hello: 'world' })"
            actions={datasetItems > 0 && <ButtonLink to={`/runs/${run.id}/items`}>{items}</ButtonLink>}
        >
            Set the record OUTPUT, or return a value from a function Actor.
        </EmptyState>
    );
    return <RecordView storeId={run.defaultKeyValueStoreId} recordKey="OUTPUT" version={version} missing={missing} />;
}

/** Maximum page size: the API cannot list the dispatches of one run. */
const MAX_DISPATCHES = 1_000;

function RunRelated({ run }: { run: Run }) {
    const children = useResource(
        `child runs ${run.id}`,
        () => sendRunRequest('started-runs', run.id),
        ({ name }) => name === 'run',
    );
    const query = { limit: MAX_DISPATCHES, desc: true };
    const dispatches = useApi<Listed<WebhookDispatch>>('/webhook-dispatches', query, ({ name }) => name === 'dispatch');
    return (
        <div class="stack">
            <ResourceView title="Child runs" resource={children}>
                {(runs) => (
                    <RunsTable
                        runs={runs}
                        label="Child runs"
                        empty={<EmptyState title="No child runs" command="await Actor.call('another-actor', input)" />}
                    />
                )}
            </ResourceView>
            <ResourceView title="Webhook dispatches" resource={dispatches}>
                {({ items }) => (
                    <DispatchList
                        dispatches={items.filter(({ eventData }) => eventData?.actorRunId === run.id)}
                        empty={
                            <p class="faint">
                                No dispatches for this run. <a href="/webhooks">Webhooks</a> send the events of runs to
                                other programs.
                            </p>
                        }
                    />
                )}
            </ResourceView>
            <section aria-label="Storages">
                <h2>Storages</h2>
                <ul class="plain-list">
                    {storagesOf(run).map(([name, to, id]) => (
                        <li key={to}>
                            {name} <a href={to}>{id}</a>
                        </li>
                    ))}
                </ul>
            </section>
        </div>
    );
}

function storagesOf({ storageIds }: Run): [name: string, to: string, id: string][] {
    const ids = [storageIds.datasets, storageIds.keyValueStores, storageIds.requestQueues];
    return KINDS.flatMap(({ path, name }, index) =>
        Object.entries(ids[index]!).map(([alias, id]): [string, string, string] => [
            `${alias.charAt(0).toUpperCase()}${alias.slice(1)} ${name.toLowerCase()}`,
            `/storage/${path}/${id}`,
            id,
        ]),
    );
}

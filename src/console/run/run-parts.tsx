import { ItemsView } from '../dataset/items-view.js';
import { RequestsView } from '../requests/requests-view.js';
import { RunInput } from './run-input.js';
import { RunLog } from './run-log.js';
import { RunOutput } from './run-output.js';
import { RunRelated } from './run-related.js';
import { storageVersions } from './run-status.js';
import { RunUsage } from './run-usage.js';
import { StoreOf } from './store-of.js';
import type { Run } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { UsageSample } from '../../util/usage-series.js';

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
export function RunPart({
    slug,
    run,
    samples,
}: {
    slug: Slug;
    run: Run;
    samples: readonly UsageSample[];
}): JSX.Element {
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

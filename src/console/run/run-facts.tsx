import { Facts } from '../parts/facts.js';
import { formatBytes, formatDuration, formatUsd } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { Ago } from '../parts/time.js';
import { useNow } from '../state/now.js';
import { hasEnded } from './run-status.js';
import type { Run } from '../api/json.js';
import type { JSX } from '../preact.js';

/** What one wants to know of a run at a glance. */
export function RunFacts({ run }: { run: Run }): JSX.Element {
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
function RunDuration({ run }: { run: Run }): JSX.Element {
    const now = useNow();
    const { status, stats, startedAt, finishedAt } = run;
    if (status === 'READY') return <span class="faint">waits for its turn</span>;
    if (hasEnded(run)) {
        const millis =
            stats.durationMillis || new Date(finishedAt ?? startedAt).getTime() - new Date(startedAt).getTime();
        return <span class="figure">{formatDuration(millis)}</span>;
    }
    return <span class="figure">{formatDuration(now - new Date(startedAt).getTime())}</span>;
}

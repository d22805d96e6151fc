import { LogView } from '../log/log-view.js';
import { useLog } from '../live/use-log.js';
import type { Run } from '../api/json.js';
import type { JSX } from '../preact.js';

/** What a run says, live. */
export function RunLog({ run }: { run: Run }): JSX.Element {
    const log = useLog(run.id, run.stats.resurrectCount);
    return <LogView log={log} label="Log of the run" downloadPath={`/v2/logs/${run.id}?download=true`} />;
}

import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { formatDate } from '../parts/format.js';
import { ResourceView } from '../parts/resource-view.js';
import type { JSX } from '../preact.js';

interface Entry {
    readonly message: string;
    readonly level: string;
    readonly createdAt: string;
}

const LOOKS: Record<string, string> = { WARN: 'ansi-yellow', ERROR: 'ansi-red' };

/** What has come of a schedule each time that it fired, the latest first. */
export function ScheduleLog({ scheduleId }: { scheduleId: string }): JSX.Element {
    const log = useResource(
        `schedule log ${scheduleId}`,
        (signal) => api<Entry[]>(`/schedules/${scheduleId}/log`, { signal }),
        {
            reloadOn: (event) => event.name === 'schedule' && event.schedule.id === scheduleId,
        },
    );
    return (
        <section>
            <h2 class="section-head">Log</h2>
            <ResourceView resource={log}>
                {(entries) =>
                    entries.length === 0 ? (
                        <p class="faint">It has not fired yet.</p>
                    ) : (
                        <div class="text-block mono" role="log" aria-label="Log of the schedule">
                            {entries.toReversed().map(({ message, level, createdAt }, index) => (
                                <div key={index} class={LOOKS[level]}>
                                    <time class="faint" dateTime={createdAt}>
                                        {formatDate(createdAt)}
                                    </time>{' '}
                                    {message}
                                </div>
                            ))}
                        </div>
                    )
                }
            </ResourceView>
        </section>
    );
}

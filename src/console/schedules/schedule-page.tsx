import { api } from '../api/api.js';
import type { Schedule } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import type { PageProps } from '../router/outlet.js';
import { useQuery } from '../router/query.js';
import { navigate } from '../router/router.js';
import { runAction, type ActionDraft } from './action-draft.js';
import { draftOfSchedule, ScheduleForm, newSchedule } from './schedule-form.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { ConfirmButton } from '../ui/dialog.js';
import { formatDate } from '../ui/format.js';
import { Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';

/** A schedule: what it starts and when, and what has come of it. */
export function SchedulePage({ params }: PageProps) {
    const id = params['id']!;
    const resource = useResource(
        `schedule ${id}`,
        (signal) => api<Schedule>(`/schedules/${encodeURIComponent(id)}`, { signal }),
        (event) => event.name === 'schedule' && event.schedule.id === id,
    );
    const schedule = resource.value;
    return (
        <Page
            title={schedule?.title ?? schedule?.name ?? 'Schedule'}
            crumbs={[{ name: 'Schedules', to: '/schedules' }]}
            actions={schedule && <ScheduleActions schedule={schedule} />}
        >
            <ResourceView resource={resource}>
                {(value) => (
                    <>
                        <ScheduleForm
                            key={value.id}
                            begin={draftOfSchedule(value)}
                            scheduleId={value.id}
                            onSaved={resource.replace}
                        />
                        <ScheduleLog scheduleId={value.id} />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

function ScheduleActions({ schedule }: { schedule: Schedule }) {
    const { id, name, actions } = schedule;
    const run = async (): Promise<void> => {
        const runIds: string[] = [];
        for (const action of actions) runIds.push(await runAction(action));
        const [only] = runIds;
        if (runIds.length === 1) navigate(`/runs/${only}`);
        else showDone(`${runIds.length} runs are started.`);
    };
    const remove = async (): Promise<void> => {
        await api(`/schedules/${id}`, { method: 'DELETE' });
        navigate('/schedules');
        showDone(`Schedule ${name} is deleted.`);
    };
    return (
        <>
            <ConfirmButton
                icon="trash"
                question={`Delete the schedule ${name}?`}
                explanation="The runs that it has started stay, and go on."
                verb="Delete"
                onConfirm={remove}
            >
                Delete
            </ConfirmButton>
            <Button
                icon="run"
                isDisabled={actions.length === 0}
                title={actions.length === 0 ? 'It starts nothing yet' : 'Starts now what is saved'}
                onPress={run}
            >
                Run now
            </Button>
        </>
    );
}

interface Entry {
    readonly message: string;
    readonly level: string;
    readonly createdAt: string;
}

const LOOKS: Record<string, string> = { WARN: 'ansi-yellow', ERROR: 'ansi-red' };

/** What has come of a schedule each time that it fired, the latest first. */
export function ScheduleLog({ scheduleId }: { scheduleId: string }) {
    const log = useResource(
        `schedule log ${scheduleId}`,
        (signal) => api<Entry[]>(`/schedules/${scheduleId}/log`, { signal }),
        (event) => event.name === 'schedule' && event.schedule.id === scheduleId,
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

/** Makes a schedule. With `?task=ID` or `?actor=ID`, of that. */
export function NewSchedulePage() {
    const query = useQuery();
    const actions = (['task', 'actor'] as const).flatMap((kind): ActionDraft[] => {
        const id = query.get(kind);
        return id === null ? [] : [{ kind, id, inputText: '' }];
    });
    return (
        <Page title="New schedule" crumbs={[{ name: 'Schedules', to: '/schedules' }]}>
            <ScheduleForm
                begin={newSchedule(actions)}
                scheduleId={undefined}
                onSaved={({ id }) => navigate(`/schedules/${id}`)}
            />
        </Page>
    );
}

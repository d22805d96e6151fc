import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { runAction } from '../schedules/action-draft.js';
import { draftOfSchedule, ScheduleForm } from '../schedules/schedule-form.js';
import { ScheduleLog } from '../schedules/schedule-log.js';
import { Button } from '../parts/button.js';
import { ConfirmButton } from '../parts/confirm.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import type { Schedule } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** A schedule: what it starts and when, and what has come of it. */
export function SchedulePage({ params }: PageProps): JSX.Element {
    const id = params['id']!;
    const resource = useResource(
        `schedule ${id}`,
        (signal) => api<Schedule>(`/schedules/${encodeURIComponent(id)}`, { signal }),
        { reloadOn: (event) => event.name === 'schedule' && event.schedule.id === id },
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

function ScheduleActions({ schedule }: { schedule: Schedule }): JSX.Element {
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

import { newSchedule, ScheduleForm } from '../schedules/schedule-form.js';
import { Page } from '../parts/page.js';
import { useQuery } from '../router/query.js';
import { navigate } from '../router/router.js';
import type { ActionDraft } from '../schedules/action-draft.js';
import type { JSX } from '../preact.js';

/** Makes a schedule. With `?task=ID` or `?actor=ID`, of that. */
export function NewSchedulePage(): JSX.Element {
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

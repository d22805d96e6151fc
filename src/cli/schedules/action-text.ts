import type { ScheduleAction } from '../../model/schedule.js';

/** What a schedule runs, in a word or two. */
export function actionText(action: ScheduleAction, nameOf: (actorId: string) => string): string {
    return action.type === 'RUN_ACTOR' ? nameOf(action.actorId) : `task ${action.actorTaskId}`;
}

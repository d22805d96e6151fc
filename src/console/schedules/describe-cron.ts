import cronstrue from 'cronstrue';
import { parseCronExpression } from '../../schedules/cron-expression.js';
import { messageOf } from '../api/api.js';

/** Describes when a cron expression matches, as `At 07:30, Monday through Friday`; or says why it is invalid. */
export function describeCron(expression: string): { words?: string; trouble?: string } {
    try {
        parseCronExpression(expression);
        return { words: cronstrue.toString(expression, { use24HourTimeFormat: true }) };
    } catch (error) {
        return { trouble: messageOf(error) };
    }
}

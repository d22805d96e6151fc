import cronstrue from 'cronstrue';
import { parseCronExpression } from '../../schedules/cron-expression.js';
import { messageOf } from '../api/api.js';

/** Describes a cron expression: `At 07:30, Monday through Friday`; or returns why it is invalid. */
export function describeCron(expression: string): { description?: string; error?: string } {
    try {
        parseCronExpression(expression);
        return { description: cronstrue.toString(expression, { use24HourTimeFormat: true }) };
    } catch (error) {
        return { error: messageOf(error) };
    }
}

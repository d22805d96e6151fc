import cronstrue from 'cronstrue';
import { readCronExpression } from '../../scheduler/cron-expression.js';

/**
 * Describes when a cron expression matches: `At 07:30, Monday through Friday`.
 *
 * @throws EngineError `cron-expression-invalid`, which says what is wrong with it.
 */
export function cronWords(expression: string): string {
    readCronExpression(expression);
    return cronstrue.toString(expression, { use24HourTimeFormat: true });
}

import { checkWord } from '../util/check.js';
import { checkGiven } from './check-argument.js';
import type { RunUpdate } from '../model/client.js';

const RUN_ACCESS = ['FOLLOW_USER_SETTING', 'RESTRICTED', 'ANYONE_WITH_ID_CAN_READ'];

/** Checks what is to change of a run, as far as the run does not itself. */
export function checkRunUpdate(fields: RunUpdate): void {
    checkGiven('fields', fields);
    checkWord('fields.generalAccess', fields.generalAccess ?? undefined, RUN_ACCESS);
}

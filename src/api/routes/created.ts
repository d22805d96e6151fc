import { dataAnswer } from '../answers.js';
import { locationHeader } from '../location.js';
import type { RouteCall } from '../route.js';

/** The answer to what has made a record: the record, and where it is. */
export function createdAnswer(record: { id: string }, path: string, call: RouteCall): Response {
    return dataAnswer(record, 201, locationHeader(call, [...path.split('/').filter(Boolean), record.id]));
}

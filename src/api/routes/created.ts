import { dataAnswer } from '../answers.js';
import type { RouteCall } from '../route.js';

/** The answer to what has made a record: the record, and where it is. */
export function createdAnswer(record: { id: string }, path: string, { request }: RouteCall): Response {
    const location = new URL(`/v2${path}/${record.id}`, request.url).href;
    return dataAnswer(record, 201, { location });
}

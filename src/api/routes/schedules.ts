import { dataAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../found.js';
import { pageQuery } from '../page-query.js';
import { createdAnswer } from './created.js';
import { resourceRoutes } from './resource.js';
import type { ScheduleClient, ScheduleFields } from '../../model/schedule.js';
import type { RouteCall, RouteTable } from '../route.js';

/** The routes of schedules. */
export function scheduleRoutes(path: string): RouteTable {
    const schedule = `${path}/:scheduleId`;
    return {
        [`GET ${path}`]: async ({ client, query }) => dataAnswer(await client.schedules().list(pageQuery(query))),
        [`POST ${path}`]: async (call) => {
            // The client checks the fields, as it does for callers in process.
            const fields = (await readFields(call.request)) as ScheduleFields;
            return createdAnswer(await call.client.schedules().create(fields), path, call);
        },
        ...resourceRoutes<ScheduleFields>(schedule, 'Schedule', scheduleOf),
        [`GET ${schedule}/log`]: async (call) => dataAnswer(found(await scheduleOf(call).getLog(), 'Schedule', call)),
    };
}

function scheduleOf({ client, param }: RouteCall): ScheduleClient {
    return client.schedule(param('scheduleId'));
}

import { readFields } from '../body.js';
import { orNotFound } from '../errors.js';
import { readPageQuery } from '../query.js';
import { param, type AddRoute } from '../route.js';
import { addResourceRoutes, createdResponse } from './resource.js';
import type { ScheduleClient, ScheduleFields } from '../../model/api/schedule.js';
import type { ApiContext } from '../context.js';

/** Adds the routes of schedules. */
export function addScheduleRoutes(route: AddRoute): void {
    route('GET', '/schedules', 'schedules.list', (c) => c.env.client.schedules().list(readPageQuery(c)));
    route('POST', '/schedules', 'schedules.create', async (c) => {
        // The client validates the fields, as for callers in process.
        const fields = (await readFields(c)) as ScheduleFields;
        return createdResponse(c, await c.env.client.schedules().create(fields), 'schedules');
    });
    addResourceRoutes(route, '/schedules/:scheduleId', { noun: 'schedule', kind: 'Schedule' }, scheduleOf);
    route('GET', '/schedules/:scheduleId/log', 'schedule.getLog', async (c) =>
        orNotFound(await scheduleOf(c).getLog(), 'Schedule', c),
    );
}

function scheduleOf(c: ApiContext): ScheduleClient {
    return c.env.client.schedule(param(c, 'scheduleId'));
}

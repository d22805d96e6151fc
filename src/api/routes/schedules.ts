import { readFields } from '../body.js';
import { found } from '../errors.js';
import { pageQuery } from '../query.js';
import { param, type Routes } from '../route.js';
import { addResourceRoutes, createdAnswer } from './resource.js';
import type { ScheduleClient, ScheduleFields } from '../../model/schedule.js';
import type { ApiContext } from '../context.js';

/** Adds the routes of schedules. */
export function addScheduleRoutes(routes: Routes): void {
    routes.get('/schedules', 'schedules.list', (c) => c.env.client.schedules().list(pageQuery(c)));
    routes.post('/schedules', 'schedules.create', async (c) => {
        // The client checks the fields, as it does for callers in process.
        const fields = (await readFields(c)) as ScheduleFields;
        return createdAnswer(c, await c.env.client.schedules().create(fields), 'schedules');
    });
    addResourceRoutes(routes, '/schedules/:scheduleId', { noun: 'schedule', kind: 'Schedule' }, scheduleOf);
    routes.get('/schedules/:scheduleId/log', 'schedule.getLog', async (c) =>
        found(await scheduleOf(c).getLog(), 'Schedule', c),
    );
}

function scheduleOf(c: ApiContext): ScheduleClient {
    return c.env.client.schedule(param(c, 'scheduleId'));
}

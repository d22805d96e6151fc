import type * as actors from '../../model/api/actor.js';
import type * as accounts from '../../model/api/account.js';
import type * as builds from '../../model/client/build.js';
import type * as clients from '../../model/client/client.js';
import type * as runs from '../../model/api/run.js';
import type * as schedules from '../../model/api/schedule.js';
import type * as storages from '../../model/api/storage.js';
import type * as tasks from '../../model/api/task.js';
import type * as versions from '../../model/api/version.js';
import type * as webhooks from '../../model/api/webhook.js';
import type * as live from '../../protocol/console.js';

/** A record as it arrives in JSON: dates are ISO strings. */
type AsJson<T> = T extends Date ? string : T extends object ? { [Key in keyof T]: AsJson<T[Key]> } : T;

export type Actor = AsJson<actors.Actor>;
export type ActorItem = AsJson<clients.ActorListItem>;
export type Build = AsJson<actors.Build>;
export type BuildItem = AsJson<builds.BuildListItem>;
export type Run = AsJson<runs.Run>;
/** A run in a list. A {@link Run} is assignable to it. */
export type RunItem = Omit<AsJson<runs.RunListItem>, 'buildNumberInt'>;
export type Schedule = AsJson<schedules.Schedule>;
export type ScheduleLogEntry = AsJson<schedules.ScheduleLogEntry>;
export type Task = AsJson<tasks.Task>;
export type TaskItem = AsJson<tasks.TaskListItem>;
export type Webhook = AsJson<webhooks.Webhook>;
export type WebhookDispatch = AsJson<webhooks.WebhookDispatch>;
export type MonthlyUsage = AsJson<accounts.MonthlyUsage>;
export type AccountLimits = AsJson<accounts.AccountLimits>;
export type ActorVersion = AsJson<versions.ActorVersion>;
export type EnvVar = AsJson<versions.EnvVar>;
export type DatasetInfo = AsJson<storages.DatasetInfo>;
export type KeyValueStoreInfo = AsJson<storages.KeyValueStoreInfo>;
export type RequestQueueInfo = AsJson<storages.RequestQueueInfo>;
export type { Page as Listed } from '../../model/api/page.js';
export type { KeyItem, KeysPage, QueueListPage, QueueRequest } from '../../model/api/storage.js';
export type ConsoleMessage = AsJson<live.ConsoleMessage>;
export type ConsoleEvent = AsJson<live.ConsoleEvent>;
